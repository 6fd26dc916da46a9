terms-bad_file = line { $line }: { $what }
