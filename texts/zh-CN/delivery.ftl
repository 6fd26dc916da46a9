delivery-bad_code = 代号用 1 到 { $most } 个小写字母、数字和连字符，不能叫 standard。
delivery-bad_title = 中文名和英文名都要 1 到 { $most } 个字。
delivery-bad_fee = 加收的钱要是 0 或以上的金额。
delivery-bad_free_from = 免收的起点要大于 0。
delivery-bad_within = 时限写 1 到 { $most } 小时，或空着。
delivery-full = 除了标准配送，最多 { $most } 种方式，请先停掉一种。
delivery-no_way = 这家店已经没有这种配送方式，请换一种。
delivery-not_for_these = 选的商品不能都用这种方式送，换一种，或分开买。
