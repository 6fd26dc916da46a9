shop-not_found = there is no shop { $shop }
shop-known = the shop { $shop } is here already
shop-name = a shop's name has from 1 to { $most } characters, none of them a control character
shop-wrong_status = this shop is { $status } already
shop-moved = this shop was changed by somebody else in between; nothing was done: look again
shop-holiday = a holiday ends after it begins, after now, and within { $most } days
shop-no_holiday = the shop { $shop } has no holiday that could end
