"""Invented people and what they meet about."""

NAMES = (
    "Amara Okafor", "Anneke de Vries", "Astrid Lindqvist", "Benedikt Hofer", "Camila Rojas", "Chidi Eze",
    "Daniela Moretti", "Dmitri Sokolov", "Elif Yıldız", "Emeka Nwosu", "Eoin Gallagher", "Fatima Zahra Alaoui",
    "Freya Halvorsen", "Giulia Ferraro", "Hana Novotná", "Haruto Tanaka", "Ines Carvalho", "Ivana Petrović",
    "Jasper Visser", "João Almeida", "Katarzyna Wójcik", "Kwame Mensah", "Lars Østergaard", "Leila Haddad",
    "Lien Nguyen", "Lukas Brandt", "Maeve O'Connor", "Mateo Fernández", "Mehmet Kaya", "Mei Lin Chua",
    "Nadia Rahmani", "Noor van den Berg", "Oksana Kovalenko", "Pavel Dvořák", "Priya Raghunathan", "Rosa Jiménez",
    "Samuel Abebe", "Sofia Papadopoulou", "Tomáš Horák", "Yuki Mori",
)  # fmt: skip

SUBJECTS = (
    "Project review", "Exam board", "Thesis talk", "Planning", "Interview", "Research seminar", "Budget",
    "Retrospective",
    "Supervision", "Workshop preparation", "Grant proposal", "Reading group", "Lab meeting", "Course planning",
)  # fmt: skip
