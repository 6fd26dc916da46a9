media-too_large = 文件最大 { $megabytes } MB。
media-too_many_pixels = 图片最多 { $ten_thousands } 万像素，这张是 { $width } × { $height }。
media-too_small = 图片的宽和高至少 { $least } 像素，这张是 { $width } × { $height }。
media-not_read = 这是 { $format } 图片，这里读不了：请另存为 JPEG、PNG 或 WebP 再传（iPhone：设置 → 相机 → 格式 → 兼容性最佳）。
media-format = 只收 JPEG、PNG 和 WebP 图片。
media-damaged = 图片已损坏，读不出来。
