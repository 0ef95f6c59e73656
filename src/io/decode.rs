//! Bytes to text: byte order marks, UTF-8, then GB18030.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::findings::Refusal;

/// Text, and the encoding it was read in.
pub(super) struct Text<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) encoding: &'static str,
}

/// Read bytes as text, or say what they are instead.
pub(super) fn decode(bytes: &[u8]) -> Result<Text<'_>, Refusal> {
    if let Some(refusal) = known_binary(bytes) {
        return Err(refusal);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        let name = match encoding {
            _ if encoding == UTF_8 => "UTF-8",
            _ if encoding == UTF_16LE => "UTF-16LE",
            _ if encoding == UTF_16BE => "UTF-16BE",
            other => other.name(),
        };
        return match encoding.decode_without_bom_handling_and_without_replacement(rest) {
            Some(text) => Ok(Text { text, encoding: name }),
            None => Err(Refusal::new(
                "bad_encoding",
                format!("the byte order mark says {name}, but the bytes are not {name}"),
                "save the file as UTF-8",
            )),
        };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Text { text: Cow::Borrowed(text), encoding: "UTF-8" });
    }
    let invalid_at = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) if !bytes.contains(&0) => Ok(Text { text, encoding: "GB18030" }),
        _ => Err(Refusal::new(
            "bad_encoding",
            format!("neither UTF-8 (invalid from byte {invalid_at}), UTF-16 with a mark, nor GB18030"),
            "save the file as UTF-8; if it is a zip or database, export it as GeoJSON",
        )),
    }
}

/// Files of other kinds that bear a GeoJSON file's name.
fn known_binary(bytes: &[u8]) -> Option<Refusal> {
    const KINDS: [(&[u8], &str, &str); 8] = [
        (&[0x1f, 0x8b], "gzip", "unpack it first: gunzip"),
        (b"PK\x03\x04", "a zip archive (or xlsx, kmz)", "unpack it and pass the GeoJSON inside"),
        (&[0, 0, 0x27, 0x0a], "a shapefile", "convert it: ogr2ogr -f GeoJSON out.geojson in.shp"),
        (b"SQLite format 3\0", "a GeoPackage or SQLite file", "convert it: ogr2ogr -f GeoJSON out.geojson in.gpkg"),
        (b"fgb", "FlatGeobuf", "convert it: ogr2ogr -f GeoJSON out.geojson in.fgb"),
        (b"PAR1", "Parquet", "read it with GeoPandas and pass the GeoDataFrame"),
        (b"%PDF", "a PDF", "pass the data the document was made from"),
        (b"ARROW1", "an Arrow file", "read it with GeoPandas and pass the GeoDataFrame"),
    ];
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Some(Refusal::new("empty_file", "the file is empty", "check the path, or export it again"));
    }
    let by_magic = KINDS.iter().find(|(magic, ..)| bytes.starts_with(magic)).map(|&(_, kind, fix)| (kind, fix));
    let is_pbf = bytes.get(4..15).is_some_and(|head| head == b"\x0a\x09OSMHeader");
    let (kind, fix) = by_magic.or(is_pbf.then_some(("an OpenStreetMap extract (.osm.pbf)", "pass it as streets")))?;
    Some(Refusal::new("not_geojson", format!("this is {kind}, not GeoJSON"), fix))
}

/// Whether a text looks like UTF-8 that was once read as Latin-1 and saved
/// again: most of its letters are from the Latin-1 supplement (å±…å§”ä¼š).
pub(super) fn looks_like_mojibake<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let (mut latin1, mut other) = (0_usize, 0_usize);
    for letter in names.flat_map(str::chars) {
        match letter {
            '\u{80}'..='\u{ff}' => latin1 += 1,
            '0'..='9' | ' ' => {}
            _ => other += 1,
        }
    }
    latin1 >= 6 && latin1 > 2 * other
}

/// The text that mojibake stood for, where it can be had back.
pub(super) fn unscrambled(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    String::from_utf8(bytes?).ok().filter(|back| back != text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_gb18030_are_recognised() {
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("普陀".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let read = decode(&utf16).unwrap_or_else(|_| unreachable!());
        assert_eq!((read.text.as_ref(), read.encoding), ("普陀", "UTF-16LE"));
        let read = decode(b"\xc6\xd5\xcd\xd3").unwrap_or_else(|_| unreachable!());
        assert_eq!((read.text.as_ref(), read.encoding), ("普陀", "GB18030"));
    }

    #[test]
    fn mojibake_is_told_from_french() {
        let scrambled: String = "花溪园居委会".bytes().map(char::from).collect();
        assert!(looks_like_mojibake([scrambled.as_str()].into_iter()));
        assert_eq!(unscrambled(&scrambled).as_deref(), Some("花溪园居委会"));
        assert!(!looks_like_mojibake(["Évêché", "Hôtel de Ville"].into_iter()));
        assert!(!looks_like_mojibake(["花溪园居委会"].into_iter()));
    }
}
