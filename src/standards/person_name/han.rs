//! Chinese, Japanese and Korean names in their own script: the family name
//! stands first, with a space after it or none.

use super::name::{Joint, Name};

/// Chinese family names of two characters.
static CHINESE_DOUBLE: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "东方", "東方", "皇甫", "尉迟", "令狐", "慕容",
    "夏侯", "公孙", "公孫", "端木", "长孙",
];

/// Korean family names of two syllables.
static KOREAN_DOUBLE: &[&str] = &["남궁", "황보", "제갈", "선우", "독고", "사공", "서문"];

/// The Chinese family names that most people bear; of others of one character a
/// name without a space does not say where it ends.
static CHINESE: &str = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧\
                        田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石贾賈韦韋付夏傅方邹熊白孟秦\
                        邱侯江尹薛闫阎段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向汤湯";

/// Whether the text is written in one of these scripts alone.
pub(super) fn is_native(text: &str) -> bool {
    let native = |c: char| is_han(c) || is_kana(c) || is_hangul(c) || matches!(c, ' ' | '・' | '･');
    !text.is_ascii() && text.chars().all(native)
}

/// Splits such a name.
pub(super) fn split(text: &str) -> Name {
    let whole = |family: &str| Name { family: family.to_owned(), ..Name::default() };
    if let Some((family, given)) = text.split_once(' ') {
        return Name {
            family: family.to_owned(),
            given: given.to_owned(),
            joint: Joint::FamilyFirst(" "),
            ..Name::default()
        };
    }
    // 山田・太郎 is how foreign names are written, given name first.
    if let Some((given, family)) = text.split_once(['・', '･']) {
        let sign = if text.contains('・') { "・" } else { "･" };
        return Name {
            given: given.to_owned(),
            family: family.to_owned(),
            joint: Joint::GivenFirst(sign),
            ..Name::default()
        };
    }
    let length = text.chars().count();
    let double = CHINESE_DOUBLE.iter().chain(KOREAN_DOUBLE).any(|name| text.starts_with(name)) && length > 2;
    let hangul = text.chars().all(is_hangul) && (2..=4).contains(&length);
    let first = text.chars().next().unwrap_or(' ');
    // With kana it is Japanese; four characters are more likely so too.
    let chinese = text.chars().all(is_han) && (2..=3).contains(&length) && CHINESE.contains(first);
    let letters = match (double, hangul || chinese) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => return whole(text),
    };
    let at = text.char_indices().nth(letters).map_or(text.len(), |(at, _)| at);
    let (family, given) = text.split_at(at);
    Name { family: family.to_owned(), given: given.to_owned(), joint: Joint::FamilyFirst(""), ..Name::default() }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '々' | '〆' | 'ヶ')
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}
