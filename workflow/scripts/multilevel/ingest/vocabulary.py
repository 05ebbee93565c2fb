"""What columns are by their names, in the languages in which data files name them.

Names only suggest; what a check says must rest on the values too.
"""

import re
import unicodedata
from collections.abc import Iterable

_MEMBERS = (
    "stud|student|pupil|child|learner|member|person|participant|respondent|patient|candidate|"
    "schueler|schuler|schulerin|eleve|alumn[oa]?|estudiante|alun[oa]|studente|allievo|"
    "leerling|elev|oppilas|ucz(?:en|nia)|zak(?:a)?|tanulo|ogrenci|siswa|учен\\w*|студент\\w*|"
    "hoc sinh|学生|生徒|児童|學生|학생|طالب|תלמיד"
)
_ID = r"id|ids|no|nr|num|number|nummer|code|ident\w*|key|kode|kod|codigo|cod|numero|lfd|lopnr"
# idstud, studentid, pupil ident, student_no, stidstd, CNTSTUID, and the words by themselves.
_MEMBER_ID = re.compile(
    rf"(?:{_ID}|cnt)?\s?(?:do|de|del|da|d)?\s?(?:{_MEMBERS})(?:ent|s)?\s?(?:{_ID})?|"
    r"(?:cnt)?st(?:u)?id(?:std)?|subject\s?(?:id|no|nr)|lopnr|matrikel\w*|"
    r"(?:(?:numero|no|nr|n|num)\s?(?:de\s?)?)?matricula|学号|学籍番号|學號|학번|"
    r"opiskelijanumero|rodne cislo|personnummer"
)
_PLAIN_ID = re.compile(
    r"id|nr|no|number|ident\w*|key|(?:s|p|u|case|record|row)\s?(?:id|no|nr)|"
    r"lfd\s?nr|laufende\s?(?:nr|nummer)|lp|番号|编号|序号|번호"
)

# From small to large. A group may contain those of a lower level, and belongs to one of a higher.
CLASS, SCHOOL, REGION, COUNTRY = 1, 2, 3, 4
_LEVELS = (
    (
        COUNTRY,
        "country|countries|cnt|cntryid|idcntry|nation|staat|pays|pais|paese|kraj|maa|ulke|"
        "страна|国",
    ),
    (
        REGION,
        "district|districts|lea|leaid|county|municipality|kommun|kommune|gemeinde|kreis|landkreis|"
        "bezirk|region|regions|province|provincia|provincie|departement|academie|state|bundesland|"
        "kanton|canton|estado|comune|comarca|powiat|gmina|rayon|ilce|diocese|authority|division|"
        "район|область|市|県|省|구",
    ),
    (
        SCHOOL,
        "school|schools|sch|schule|schul|ecole|lycee|college|colegio|escuela|escola|scuola|skola|"
        "skole|koulu|szkola|iskola|okul|sekolah|hospital|clinic|clinics|klinik|facility|campus|"
        "школа|学校|학교",
    ),
    (
        CLASS,
        "class|classes|classroom|clase|classe|klasse|klas|klass|luokka|turma|clasa|sinif|kelas|"
        "section|homeroom|teacher|lehrer|course|room|класс|班|組|반",
    ),
)
_DIVIDES = re.compile(
    r"subject|subj|domain|test|fach|matiere|materia|asignatura|disciplina|vak|fag|amne|przedmiot|"
    r"time|wave|occasion|year|jahr|annee|ano|term|semester|month|date|round|session|visit|"
    r"welle|messzeitpunkt|zeitpunkt|vague|onda|ola|ronda|meting|mittaus|pomiar|vlna|dalga|dersi?|"
    r"oppiaine|predmet|tantargy|mapel|科|教科|과목|المادة|t|mzp|schuljahr|anno|rok|vuosi|ar|"
    r"teacher|lehrer|teach|item|question|предмет|год|科目|年"
)
_YEARS = (
    r"(?:school|academic|test|survey|exam|assessment|reporting)?\s?(?:year|yr)|jahr|schuljahr|"
    r"annee|annee scolaire|anno|anno scolastico|ano letivo|ano escolar|rok|rok szkolny|vuosi|"
    r"lukuvuosi|ar|schooljaar|jaar|lasar|год|учебный год|年|年度|学年|yil"
)
_TIME = re.compile(
    rf"{_YEARS}|(?:survey|test|data)?\s?(?:wave|round|cycle|occasion)|term|semester|mzp|welle|"
    r"messzeitpunkt|zeitpunkt|vague|onda|ola|ronda|meting|meetmoment|mittaus|pomiar|vlna|dalga"
)
_SUBJECT = re.compile(
    r"subject|subj|domain|fach|matiere|materia|asignatura|disciplina|vak|fag|amne|przedmiot|"
    r"dersi?|oppiaine|predmet|tantargy|mapel|教科|科目|과목|المادة|предмет"
)
_GRADE = re.compile(
    r"(?:test|student)?\s?(?:grade|grd)(?:\s?level)?|idgrade|year\s?(?:level|group)|year|klassenstufe|"
    r"jahrgang|jahrgangsstufe|schulstufe|niveau|grado|ano escolar|arskurs|arskull|klassetrinn|"
    r"luokka\s?aste|evfolyam|razred|rocnik|年级|学年|학년"
)
_COUNT = re.compile(
    r"n|count|anzahl|effectif|effectifs|antal|liczba|число|人数|"
    r"(?:n|num|number|no|count|anzahl|total|sum)\s?(?:of\s)?"
    r"(?:tested|students?|pupils?|valid|scores?|test\s?takers?|enrolled|schueler|eleves?)|"
    r"(?:students?|pupils?)\s?(?:tested|count|n|assessed)|tested|test\s?takers?|valid\s?n"
)
# What is known of members beside their scores.
_OTHER = re.compile(
    r"age|alter|birth\w*|ses|escs|hisei|income|absen\w*|size|height|weight|hours?|minutes?|"
    r"distance|books|siblings|days?|enrol\w*|latitude|longitude|zip|postal|phone|order|line|page|"
    r"sex|gender|female|male|girl|boy|geschlecht|weiblich|sexe|sexo|genero|kon|kjonn|plec|sesso|"
    r"minority|migra\w*|immigra\w*|treat\w*|control|public|private|sector|urban|rural|idade|edad|wiek"
)
_KIND = re.compile(
    r"subgroup|sub\s?group|category|categories|type|kategorie|gruppe|groupe|demographic\w*|"
    r"disaggregation|student\s?group"
)
# Words for totals and means; nothing else is called so.
_TOTAL = """
    total, totals, subtotal, sub total, sous total, grand total, total geral, total general, totale,
    subtotale, totaal, subtotaal, totalt, i alt, gesamt, insgesamt, gesamtsumme, gesamtergebnis,
    zwischensumme, summe, zusammen, durchschnitt, mittelwert, delsumma, medelvärde, genomsnitt,
    gjennomsnitt, gennemsnit, gemiddeld, gemiddelde, keskiarvo, yhteensä, kokku, keskmine, kopā,
    vidēji, iš viso, vidurkis, samtals, meðaltal, razem, ogółem, średnia, celkem, celkom, součet,
    průměr, priemer, összesen, átlag, ukupno, prosjek, prosek, skupaj, povprečje, medie generală,
    итого, всего, среднее, разом, всього, середнє, общо, средно, укупно, просек, σύνολο,
    μέσος όρος, toplam, genel toplam, ortalama, jumlah, rata rata, purata, tổng, tổng cộng,
    trung bình, kabuuan, jumla, wastani, guztira, mitjana, المجموع, الإجمالي, المتوسط, جمع کل,
    میانگین, סהכ, ממוצע, कुल, औसत, योग, รวม, เฉลี่ย
"""
# Groups may be called so; numbers must say the same.
_MAY_BE_TOTAL = """
    sum, mean, average, avg, overall, all, media, média, promedio, moyenne, ensemble, somme, soma,
    suma, medie, snitt, gesamtheit, alle, tous, todos, tutti
"""
# Of writing without blanks.
_TOTAL_UNSPACED = (
    "合计", "总计", "小计", "共计", "平均", "合計", "総計", "小計", "總計", "全体",
    "합계", "소계", "총계", "평균", "รวม",
)  # fmt: skip


def plain(text: str) -> str:
    """A text in lower case without accents and signs, its words apart."""
    letters = unicodedata.normalize("NFKD", text.replace("\u05f4", "").replace('"', ""))
    kept = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", kept))).strip()


def _listed(words: str) -> tuple[str, ...]:
    return tuple(plain(word) for word in words.split(","))


_TOTALS, _MAY_BE_TOTALS = _listed(_TOTAL), _listed(_MAY_BE_TOTAL)


def is_total(name: str) -> bool:
    """Whether a name begins or ends with a word that only totals and means are called by."""
    text = plain(name)
    if any(text.startswith(one) or text.endswith(one) for one in _TOTAL_UNSPACED):
        return True
    return _begins_or_ends(text, _TOTALS)


def may_be_total(name: str) -> bool:
    """Whether totals and means may be called so, as may others."""
    return _begins_or_ends(plain(name), _MAY_BE_TOTALS)


def _begins_or_ends(text: str, words: Iterable[str]) -> bool:
    return any(f"{text} ".startswith(f"{one} ") or text.endswith(f" {one}") for one in words)


def words(name: str) -> str:
    """A name in lower case without accents, its parts apart: StudentID and student_id alike."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    plain = unicodedata.normalize("NFKD", apart)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", plain))).strip()


def is_member_id(name: str) -> bool:
    """Whether a name is that of members' ids: student, IDSTUD, pupil ident."""
    return bool(_MEMBER_ID.fullmatch(words(name)))


def is_plain_id(name: str) -> bool:
    """Whether a name says that it is an id and not whose."""
    return bool(_PLAIN_ID.fullmatch(words(name)))


def level(name: str) -> int | None:
    """CLASS, SCHOOL, REGION or COUNTRY; None where the name tells none."""
    text = words(name)
    parts = text.split()
    for number, pattern in _LEVELS:
        known = rf"(?:id)?(?:{pattern})(?:\s?(?:{_ID}|name))?"
        if re.fullmatch(known, text) or (
            parts and re.fullmatch(pattern, parts[0]) and _tail(parts)
        ):
            return number
    return None


def divides(name: str) -> bool:
    """Whether a name is of what a member may have several rows for: subject, year, teacher."""
    return any(_DIVIDES.fullmatch(part) for part in words(name).split())


def is_time(name: str) -> bool:
    """Whether a name is that of school years or of waves of a survey."""
    return bool(_TIME.fullmatch(words(name)))


def is_year(name: str) -> bool:
    """Whether a name is that of years, which in some countries are grades."""
    return bool(re.fullmatch(_YEARS, words(name)))


def is_subject(name: str) -> bool:
    """Whether a name is that of school subjects."""
    return bool(_SUBJECT.fullmatch(words(name)))


def is_grade(name: str) -> bool:
    """Whether a name is that of grades."""
    return bool(_GRADE.fullmatch(words(name)))


def is_count(name: str) -> bool:
    """Whether a name says how many members a row stands for."""
    return bool(_COUNT.fullmatch(words(name)))


def is_other(name: str) -> bool:
    """Whether a name is of something else that is known of members: age, absences."""
    return any(_OTHER.fullmatch(part) for part in words(name).split())


def is_kind(name: str) -> bool:
    """Whether a name says which kind of members a row is about: subgroup."""
    return bool(_KIND.fullmatch(words(name)))


def _tail(parts: list[str]) -> bool:
    return len(parts) == 2 and bool(re.fullmatch(rf"{_ID}|name|cd", parts[1]))
