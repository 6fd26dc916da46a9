import-file = { $place }: { $wrong }
