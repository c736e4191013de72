"""The class wall (班级墙): thirty stores at a glance for the lecturer, and one learner's page."""
