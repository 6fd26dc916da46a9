quote-not_found = 没有这个报价，请重新看价格。
quote-expired = 报价已经过期，请重新看价格。
quote-taken = 这个报价已经下过单。看看我的订单，或重新看价格。
quote-over = 报价保留的时间已过。
quote-not_its_lines = 报价和商品对不上，请重新看价格。
