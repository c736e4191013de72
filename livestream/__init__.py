"""The simulated live room (直播间), sharing the mall's accounts, goods and orders through `mall.public`.

Holds nothing yet; it stands here so that the architecture contracts guard it from its first line.
"""
