media-too_large = a file has at most { $most } bytes
media-too_many_pixels = a picture has at most { $most } pixels, and no side is too long; this one has { $width } x { $height }
media-too_small = a picture is at least { $least } pixels wide and high; this one is { $width } x { $height }
media-not_read = this is { $format }, which is not read here: save or export the picture as JPEG, PNG or WebP (on an iPhone: Settings, Camera, Formats, Most Compatible)
media-format = this is no JPEG, PNG or WebP picture
media-damaged = the picture is damaged and cannot be read
