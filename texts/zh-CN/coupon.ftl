coupon-bad = 券的内容不对，看看金额、张数和时间。
coupon-not_found = 没有这张券。
coupon-not_yet = 这张券还没到可以领的时间。
coupon-over = 这张券已经过期。
coupon-stopped = 这张券已经不发了。
coupon-none_left = { $total } 张券都已经领完。
coupon-enough = 每人限领 { $each } 张，你已经领过。
coupon-not_held = 有一张券已经用不了，请重新看价格。
