"""Messages (消息) to buyers, written from the mall's facts."""
