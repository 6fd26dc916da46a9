//! What shops are called.

use super::rand::Dice;

const FIRST: &[&str] = &[
    "云", "青", "朗", "禾", "星", "沐", "林", "海", "晨", "安", "知", "木", "月", "南", "北", "东", "西",
    "山", "川", "竹", "梧", "柒", "初", "小", "大", "金", "玉", "锦", "悦", "乐", "福", "瑞", "和", "盛",
    "恒", "优", "原", "本", "素", "简",
];
const SECOND: &[&str] = &[
    "集", "禾", "野", "语", "舍", "尚", "品", "源", "远", "田", "屿", "叶", "里", "桥", "泉", "岭", "洲",
    "帆", "谷", "坊", "格", "朵", "染", "织", "匠", "味", "厨", "行", "步", "光", "影", "童", "爱", "之",
    "物", "记", "家", "园", "辰", "汐",
];

/// A shop of an industry: its goods are in its name, and what it ends with says who stands behind it.
pub(super) fn shop(dice: &mut Dice, goods: &[&'static str], kinds: &[&'static str]) -> String {
    let mut pick = |list: &[&'static str]| list[dice.below(list.len() as u64) as usize];
    [pick(FIRST), pick(SECOND), pick(goods), pick(kinds)].concat()
}
