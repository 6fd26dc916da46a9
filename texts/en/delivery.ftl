delivery-bad_code = a way's code is a word of 1 to { $most } small letters, digits and -, and not "standard", which is always there
delivery-bad_title = a way has a title of 1 to { $most } characters in Chinese and in English
delivery-bad_fee = what a way costs more is an amount of money from zero on
delivery-bad_free_from = the price from which it is free is more than zero, in the currency of the fee
delivery-bad_within = a way brings within 1 to { $most } hours, or does not say
delivery-full = a shop has at most { $most } ways of delivery besides the standard one: take one away first
delivery-no_way = { $shop } does not deliver by "{ $code }" (any more): choose another way
delivery-not_for_these = not everything chosen from { $shop } can go by "{ $code }": choose another way, or buy it apart
