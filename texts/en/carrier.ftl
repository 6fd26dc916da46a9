carrier-unknown = "{ $carrier }" is not a carrier of this market: choose one of { $known }
carrier-bad_number = { $number } is not a tracking number of { $en }: look at the waybill again; one of theirs looks like { $example }
carrier-bad_file = line { $line }: { $what }
