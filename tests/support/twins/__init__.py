"""One evening played twice, so that what was done unseen is all that differs."""
