//! Order along a space-filling curve: what is near in it is near on the plane.

/// Place of each position along a Hilbert curve over their bounding square,
/// 65,536 cells a side (Hilbert 1891; the rotation as in Warren, Hacker's Delight).
pub(crate) fn hilbert(xy: &[[f64; 2]]) -> Vec<u32> {
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    for position in xy {
        for axis in 0..2 {
            low[axis] = low[axis].min(position[axis]);
            high[axis] = high[axis].max(position[axis]);
        }
    }
    let side = (high[0] - low[0]).max(high[1] - low[1]).max(f64::MIN_POSITIVE);
    #[allow(clippy::cast_sign_loss)] // positions lie within their bounds
    let cell = |position: &[f64; 2], axis: usize| ((position[axis] - low[axis]) / side * 65_535.0) as u32;
    xy.iter().map(|position| along_curve(cell(position, 0), cell(position, 1))).collect()
}

fn along_curve(mut x: u32, mut y: u32) -> u32 {
    let mut place = 0;
    let mut half = 1 << 15;
    while half > 0 {
        let (right, upper) = (u32::from(x & half > 0), u32::from(y & half > 0));
        place += half * half * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (65_535 - x, 65_535 - y);
            }
            (x, y) = (y, x);
        }
        half /= 2;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::hilbert;

    #[test]
    fn the_curve_goes_from_cell_to_cell_and_misses_none() {
        let cells: Vec<[f64; 2]> = (0..64 * 64).map(|at| [f64::from(at % 64), f64::from(at / 64)]).collect();
        let curve = hilbert(&cells);
        let mut order: Vec<usize> = (0..cells.len()).collect();
        order.sort_by_key(|&at| curve[at]);
        for pair in order.windows(2) {
            let ([x, y], [to_x, to_y]) = (cells[pair[0]], cells[pair[1]]);
            assert_eq!((x - to_x).abs() + (y - to_y).abs(), 1.0);
        }
        assert_eq!(hilbert(&[[5.0, 5.0]; 3]), [0; 3]);
        assert!(hilbert(&[]).is_empty());
    }
}
