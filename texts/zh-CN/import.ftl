import-file = { $place }：{ $wrong }
