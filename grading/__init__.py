"""Practice results (实践成果), rubrics, draw and blind marking by lecturers who did not teach the class.

Holds nothing yet; it stands here so that the architecture contracts guard it from its first line.
"""
