"""The lines that phones and apps put below a mail: “Sent from my iPhone” in the languages of the world."""

import re

LONGEST = 160
_DEVICES = (
    r"i-?phon\w*|i-?pad\w*|ipod|mac(?:book)?|apple\s+watch|vision pro|android\w*|"
    r"samsung|galaxy|huawei|xiaomi|redmi|"
    r"poco|oneplus|pixel|nokia|xperia|sony|lg|htc|motorola|moto|fairphone|oppo|realme|blackberry|windows|surface|"
    r"chromebook|(?:smart)?phone|handy|mobiltelefon\w*|mobilgerät|mobile|mobil|mobiel|mobiele|"
    r"tablet\w*|t[ée]l[ée]phone|portable|móvil|celular|tel[ée]fono|cellulare|telefoon|telefon\w*|"
    r"telemóvel|komórki|"
    r"device|gerät|appareil|dispositivo|toestel|urządzenia"
)
_PROGRAMS = (
    r"outlook\w*|(?:mail|courrier|correo|posta|poczta)\s+(?:for|für|pour|para|per|voor|dla)\s+\w+|mail[-\s]+app|"
    r"yahoo|gmail|gmx|web\.de|t-online|telekom\s+mail|freenet|ionos|proton\w*|tutanota|tuta|spark|airmail|bluemail|"
    r"k-9|k9|fairemail|mailspring|mailbird|thunderbird|zoho|aol|laposte|virgilio|seznam\w*|email\.cz|onet|"
    r"fastmail|superhuman|missive|mymail|mail\.ru|yandex\w*"
)
_THING = rf"(?<!\w)(?:{_DEVICES}|{_PROGRAMS})(?!\w)"
_STARTS = (
    r"(?:sent|sended|written|typed)\s+(?:from|via|with|using)|get|download",
    r"(?:gesendet|geschickt|verschickt|versendet|geschrieben|getippt)\s+(?:von|mit|mittels|über|via|aus|vom|durch|auf)|"
    r"holen\s+sie\s+sich|laden\s+sie|diese\s+(?:nachricht|e-?mail|mail)\s+wurde\s+(?:von|mit|über)",
    r"envoy[ée]e?\s+(?:de|depuis|à\s+partir|avec|par|via|du)|t[ée]l[ée]charge[rz]|obteni[rt]|obtenez",
    r"enviado\s+(?:desde|con|do|a\s+partir|de|através|via|com)|enviada\s+(?:do|desde|a\s+partir)|"
    r"obtener|obt[ée]n|obtenga|descargar?|obter|obtenha|baix[ae]r?|transfer(?:ir|a)",
    r"inviato\s+(?:da|dal|con|tramite|dall['’]\s?)|ottieni|scarica",
    r"(?:verstuurd|verzonden|gestuurd)\s+(?:vanaf|vanuit|van|met|via|door)",
    r"wys(?:łano|łane|łana)\s+(?:z|ze|za|przez|przy)|pobierz|uzyskaj",
    r"skickat\s+från|sendt\s+fra|hent|hämta|lähetetty|odesl[áa]no|отправлено|надіслано|trimis|gönderildi|küldve",
)
SENT_FROM = re.compile(rf"^\W{{0,4}}(?:{'|'.join(_STARTS)})\b.{{0,80}}?{_THING}.{{0,80}}$", re.IGNORECASE)
OUTLOOK_FOR = re.compile(
    r"^\W{0,4}outlook\s+(?:für|for|pour|para|per|voor|dla)\s+(?:ios|android|mac)\b.{0,90}$", re.IGNORECASE
)
SENT_ENDING = re.compile(
    rf"^\W{{0,4}}(?:von|vom|from|de|mit)\s.{{0,60}}?{_THING}.{{0,40}}(?:gesendet|geschrieben|sent|versandt|verschickt)\W{{0,4}}$",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"^\W{0,4}(?:(?:iphone|ipad)\s*(?:から送信|에서 보냄)|发自我的\s?\S{1,30}|從我的\s?\S{1,20}傳送|"
    r"lähetetty\s+\w*(?:iphone|ipad)\w*|von\s+unterwegs\s+gesendet|von\s+meinem\s+handy\s+gesendet|"
    r"sent\s+from\s+(?:a|my)\s+(?:mobile|phone|handheld)\b.{0,60}|sent\s+on\s+the\s+go|envoyé\s+de\s+mon\s+portable)\W{0,4}$",
    re.IGNORECASE,
)
MAKER = re.compile(
    r"(?<!\w)(?:get|download|holen|laden|hent|hämta|obtenir|ottieni|descargar|baix[ae]r?|obt\w+|transfer\w+|t[ée]l[ée]charge[rz]|scarica|pobierz|uzyskaj)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")
LINK = re.compile(r"[<\[(]?\s?https?://[^\s<>]{1,140}\s?[>\])]?")
MOST_WORDS = 14


def is_mobile_signature(line: str) -> bool:
    """Whether the whole line is such a signature, and not a sentence that begins like one."""
    bare = LINK.sub("", line[: LONGEST + 200]).strip(" \t*_\u00a0\u200b\ufeff")
    if (
        not bare
        or len(bare) > LONGEST
        or len(WORD.findall(bare)) > MOST_WORDS
        or bare.endswith(("?", ":", ","))
    ):
        return False
    if OUTLOOK_FOR.match(bare) or OTHERS.match(bare) or SENT_ENDING.match(bare):
        return True
    if not SENT_FROM.match(bare):
        return False
    return not MAKER.match(bare) or "outlook" in bare.casefold() or "mail" in bare.casefold()
