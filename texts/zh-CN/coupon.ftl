coupon-bad = { $what ->
    [title] 券名要写 { $least } 到 { $most } 个字。
    [pieces] 张数要写 { $least } 到 { $most }。
    [each] 每人张数要写 { $least } 到 { $most }，不能多过总张数。
    [end] 结束时间要晚于开始，也要晚于现在。
    [time] 时间的年份要在 { $least } 到 { $most } 之间。
    [over] 「满多少」要写 { $least } 或更大，最多 { $most } 分。
    [off] 「减多少」要大于 0，用本市场的货币，{ $least } 到 { $most } 分。
    [share] 折扣要写百万分之 { $least } 到 { $most }，100000 是减 10%。
    [most] 「最多减」要大于 0，用本市场的货币，{ $least } 到 { $most } 分。
    [budget] 预算要大于 0，和券用同一种货币，{ $least } 到 { $most } 分。
    [buy] 买几件写 { $least } 到 { $most }。
    [get] 再有几件更便宜写 { $least } 到 { $most }。
    [orders] 买过几单写 { $least } 到 { $most }，或者写金额。
    [amount] 买满多少写大于零的金额，用商城的货币，以分计 { $least } 到 { $most }。
    [days] 最近几天写 { $least } 到 { $most }。
    [category] 类目要写它的编码，例如 home.cups，{ $least } 到 { $most } 个字符。
   *[products] 商品要指定 { $least } 到 { $most } 件。
}
coupon-bad_code = 券码是 { $least } 到 { $most } 个字母、数字或 -。
coupon-code_taken = 券码 { $code } 已经被别的券用了，换一个。
coupon-no_code = 没有券码「{ $code }」的券，看看有没有输错。
coupon-confirm = 每张最多减 { $each }（满 { $over }），全部最多要花 { $cost }。确定要发，就把 { $cost } 填进「确认最多花费」（接口里是 confirm）；也可以填预算来封顶。
coupon-no_category = 没有类目 { $category }，请写已有类目的编码。
coupon-no_product = 本店没有商品 { $product }，只能指定自己的商品。
coupon-budget_spent = 券 { $coupon } 的预算已经用完，请重新看价格。
coupon-not_found = 没有这张券。
coupon-not_yet = 这张券还没到可以领的时间。
coupon-over = 这张券已经过期。
coupon-stopped = 这张券已经不发了。
coupon-none_left = { $total } 张券都已经领完。
coupon-enough = 每人限领 { $each } 张，你已经领过。
coupon-not_held = 有一张券已经用不了，请重新看价格。
coupon-of_shop = 多件优惠和给关注者的券只能由店铺发；平台可以发满减、打折和运费券。
coupon-not_in_segment = { $segment ->
    [new] 这张券只给还没付过款的新客。
    [regular] 这张券只给最近买得多的人。
    [followers] 这张券只给关注了店铺的人，先关注再领。
   *[other] 这张券不适用于你。
}
