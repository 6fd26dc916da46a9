digital-no_sku = 没有这个规格。
digital-no_code = 这个订单没有这个卡密。
digital-no_link = 这个订单没有这个下载链接。
digital-link_over = 下载链接已过期：{ $until }。
digital-link_used = 这个链接的 { $most } 次下载都用完了。
digital-codes = 一次填 1 到 { $most } 个卡密。
digital-known = 有 { $known } 个卡密重复，或以前加过；一个都没有加。
digital-has_codes = 卡密池里还有 { $free } 个，先取出来再改成文件。
