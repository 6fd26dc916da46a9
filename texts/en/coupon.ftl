coupon-bad = { $what ->
    [title] the title of the coupon cannot be so: write { $least } to { $most } characters
    [pieces] the number of pieces cannot be so: write { $least } to { $most }
    [each] the number for each member cannot be so: write { $least } to { $most }, and no more than there are
    [end] the end cannot be so: it has to come after the beginning and after now
    [time] the time cannot be so: write years between { $least } and { $most }
    [over] the price from which it counts cannot be so: write { $least } or more, in hundredths at most { $most }
    [off] what it takes off cannot be so: write more than zero, in the market's currency, { $least } to { $most } in hundredths
    [share] the share it takes off cannot be so: write { $least } to { $most } parts per million; 100000 is 10 % off
    [most] the most that it takes off cannot be so: write more than zero, in the market's currency, { $least } to { $most } in hundredths
    [budget] the budget cannot be so: write more than zero, in the coupon's currency, { $least } to { $most } in hundredths
    [buy] how many units are bought cannot be so: write { $least } to { $most }
    [get] how many units then cost less cannot be so: write { $least } to { $most }
    [orders] how many orders it asks for cannot be so: write { $least } to { $most }, or an amount
    [amount] the amount it asks for cannot be so: write more than zero, in the market's currency, { $least } to { $most } in hundredths
    [days] within how many days cannot be so: write { $least } to { $most }
    [category] the category cannot be so: write its code, as home.cups, { $least } to { $most } letters
   *[products] the products cannot be so: name { $least } to { $most } of them
}
coupon-bad_code = a code has { $least } to { $most } letters, digits and -
coupon-code_taken = another coupon has the code { $code }: choose another
coupon-no_code = there is no coupon for the code "{ $code }": look at how it is written
coupon-confirm = each piece may take { $each } off from { $over } on, and all of it may cost { $cost }: if that is meant, say confirm = { $cost }; a budget makes it less
coupon-no_category = there is no category { $category }: write the code of one that is there
coupon-no_product = there is no product { $product } of this shop: name its own products
coupon-budget_spent = all that the coupon { $coupon } may take off was taken off: ask for the price again
coupon-not_found = there is no coupon { $coupon }
coupon-not_yet = the coupon can be claimed from { $from } on
coupon-over = the coupon ended at { $until }
coupon-stopped = the coupon is not offered any more
coupon-none_left = all { $total } pieces of the coupon are claimed
coupon-enough = each member may claim { $each } of this coupon, and you have
coupon-not_held = the coupon { $claim } in this price can no longer be used: ask for the price again
coupon-of_shop = a deal over several units, and a coupon for followers, are a shop's to offer: the platform offers amounts, shares and freight
coupon-not_in_segment = { $segment ->
    [new] the coupon is for who has not paid for an order yet, and you have
    [regular] the coupon is for who bought more lately
    [followers] the coupon is for followers of the shop: follow it first
   *[other] the coupon is for others
}
