//! Numbers as planners' tables write them: "1,234人", "0.47万", "１２３４", "约5000", "--".

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// What a cell of an amount column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Amount {
    /// A number; `approximate` when the cell says so ("约5000").
    Known { value: f64, approximate: bool },
    /// Nothing, or a dash that stands for it.
    Unknown,
    /// Something else.
    NotANumber,
}

impl Amount {
    fn exactly(value: f64) -> Self {
        Self::Known { value, approximate: false }
    }
}

/// Read a cell as an amount.
pub(super) fn amount(cell: &Value) -> Amount {
    match cell {
        Value::Null => Amount::Unknown,
        Value::Number(number) => number.as_f64().map_or(Amount::NotANumber, Amount::exactly),
        Value::String(text) => amount_of_text(text),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Amount::NotANumber,
    }
}

/// Read text as an amount.
fn amount_of_text(text: &str) -> Amount {
    const DASHES: [&str; 16] =
        ["", "-", "--", "---", "—", "——", "/", "\\", "n/a", "na", "null", "none", "无", "不详", "暂无", "未知"];
    let text: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let text = text.trim();
    if DASHES.contains(&text) {
        return Amount::Unknown;
    }
    let (text, before) =
        strip_any(text, &["大约", "约", "近", "~", "≈", "c."], |text, affix| text.strip_prefix(affix));
    let (text, _) =
        strip_any(text, &["人口", "人", "口", "名", "户", "个", "people", "persons"], |text, affix| {
            text.strip_suffix(affix)
        });
    let (text, after) = strip_any(text, &["余", "多", "左右"], |text, affix| text.strip_suffix(affix));
    let (text, shift) = match text.chars().next_back() {
        Some('万') => (text.trim_end_matches('万'), 4),
        Some('千') => (text.trim_end_matches('千'), 3),
        Some('亿') => (text.trim_end_matches('亿'), 8),
        _ => (text, 0),
    };
    let (text, between) = strip_any(text, &["余", "多"], |text, affix| text.strip_suffix(affix));
    let Some(digits) = without_thousands(text.trim()) else { return Amount::NotANumber };
    // Shifting the decimal exponent keeps 0.47万 at exactly 4700.
    let shifted = if shift == 0 { digits.parse() } else { format!("{digits}e{shift}").parse::<f64>() };
    match shifted {
        Ok(value) if value.is_finite() => Amount::Known { value, approximate: before || after || between },
        _ => Amount::NotANumber,
    }
}

/// Strip the first of these affixes that is there, and say whether one was.
fn strip_any<'a>(text: &'a str, affixes: &[&str], strip: impl Fn(&'a str, &str) -> Option<&'a str>) -> (&'a str, bool) {
    for affix in affixes {
        if let Some(rest) = strip(text, affix) {
            return (rest.trim(), true);
        }
    }
    (text, false)
}

/// The digits without thousands separators; `None` where a comma is anything else.
fn without_thousands(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e');
    let begins_like_a_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-'));
    if !begins_like_a_number {
        return None;
    }
    let separator = text.chars().find(|c| matches!(c, ',' | ' ' | '\''));
    let Some(separator) = separator else { return text.chars().all(plain).then(|| text.to_owned()) };
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default();
    let first_fits = (1..=3).contains(&first.trim_start_matches(['+', '-']).len());
    let three_digits = |group: &str| group.len() == 3 && group.chars().all(|c| c.is_ascii_digit());
    let fits = first_fits && first.chars().all(plain) && groups.all(three_digits);
    let fraction_fits = fraction.is_none_or(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    (fits && fraction_fits).then(|| text.replace(separator, ""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(value: f64) -> Amount {
        Amount::exactly(value)
    }

    #[test]
    fn numbers_as_tables_write_them() {
        for (text, value) in [
            ("1234", 1234.0),
            ("1,234人", 1234.0),
            ("1，234", 1234.0),
            ("12 345", 12345.0),
            ("1,234,567.5", 1_234_567.5),
            ("0.47万", 4700.0),
            ("0.47万人", 4700.0),
            ("１２３４", 1234.0),
            (" 52 户 ", 52.0),
            ("1e3", 1000.0),
            ("1.72亿", 172_000_000.0),
            ("-3", -3.0),
        ] {
            assert_eq!(amount(&json!(text)), known(value), "{text}");
        }
        assert_eq!(amount(&json!(12)), known(12.0));
    }

    #[test]
    fn about_is_kept_and_said() {
        for text in ["约5000", "5000余人", "近5000人", "5000左右", "0.5万余"] {
            assert_eq!(amount(&json!(text)), Amount::Known { value: 5000.0, approximate: true }, "{text}");
        }
    }

    #[test]
    fn nothing_is_unknown_and_not_zero() {
        for text in ["", "  ", "--", "—", "－", "N/A", "暂无", "\u{3000}"] {
            assert_eq!(amount(&json!(text)), Amount::Unknown, "{text:?}");
        }
        assert_eq!(amount(&Value::Null), Amount::Unknown);
    }

    #[test]
    fn what_is_no_number_is_never_guessed() {
        for text in ["1,23", "12,34,567", "100-200", "1.2.3", "许多", "50%", "NaN", "inf", "infinity", "0x10", "1e999"]
        {
            assert_eq!(amount(&json!(text)), Amount::NotANumber, "{text}");
        }
        for cell in [json!(true), json!([1]), json!({"n": 1})] {
            assert_eq!(amount(&cell), Amount::NotANumber);
        }
    }
}
