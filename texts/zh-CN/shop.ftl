shop-not_found = 没有这家店。
shop-known = 这家店已经在了。
shop-name = 店名要 1 到 60 个字。
shop-wrong_status = 这家店已经是这个状态。
shop-moved = 别处刚改过这家店，什么都没有动，请看一眼再改。
shop-holiday = 假期要晚于现在结束，最长 { $most } 天，结束不能早于开始。
shop-no_holiday = 这家店没有可以结束的假期。
