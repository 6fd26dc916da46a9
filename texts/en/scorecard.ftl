scorecard-past = { $card } cannot be in force from { $from }: that is not after { $now }, and days that are over keep their scores
scorecard-already = { $card } is already to be in force from { $from }
