quote-not_found = there is no quote { $quote }: ask for the price again
quote-expired = the price held until { $until }: ask for it again
quote-taken = something was bought at this price already: look at your orders, or ask for the price again
quote-over = a price cannot be kept until { $until }, which is over
quote-not_its_lines = what is shown does not belong to what is priced: it needs one for each line, in their order
