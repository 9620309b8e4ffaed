"""The set phrases of absence notes, as subjects: where nothing else says that a machine wrote."""

import re

PHRASES = (
    r"out of (?:the )?office(?: auto-?reply)?|automatic repl(?:y|ies)",
    r"auto(?:mated)?[ -]?(?:reply|response|responder)|vacation (?:reply|response|notice)",
    r"on (?:vacation|holiday|leave)|away from (?:my|the) (?:office|desk|mail)",
    r"(?:automatische )?abwesenheits(?:notiz|nachricht|meldung|info|assistent)|abwesend",
    r"automatische (?:rück)?antwort|nicht im (?:büro|haus)|im urlaub",
    r"réponse automatique|absence du bureau|absent(?:e)? du bureau|message d['’]absence|absence",
    r"respuesta automática|fuera de (?:la )?oficina|ausente de la oficina|mensaje de ausencia",
    r"risposta automatica|fuori (?:ufficio|sede)|assente dall['’]ufficio|messaggio di assenza",
    r"automatisch(?:e)? antwoord|afwezig(?:heid)?(?:sbericht|smelding)?|niet aanwezig|buiten kantoor",
    r"resposta automática|fora do escritório|ausência(?: temporária)?|ausente do escritório",
    r"autosvar|automatiskt svar|automatisk svar|frånvaro(?:meddelande)?|fraværsmelding|fravær",
    r"automaattinen vastaus|poissa toimistosta|poissaoloilmoitus",
    r"automatyczna odpowiedź|odpowiedź automatyczna|poza biurem|nieobecność",
    r"automatická odpověď|mimo kancelář|automatikus válasz|otomatik yanıt|răspuns automat",
    r"автоответ|автоматический ответ|нет в офисе|自動返信|自动回复|自動回覆|자동 회신",
)
UNTIL = (
    r"until|till|through|from|back|returning|bis|vom|ab|von|zurück|jusqu|du|de retour|hasta|del|desde"
    r"|fino|dal|tot|van|t/m|até|de|do|od|från|fra|til|до|с"
)
PREFIXES = r"(?:(?:re|aw|antw|rép|sv|vs|r|odp)\s*:\s*|\[[^\]]{1,30}\]\s*)*"
PHRASE = rf"^\s*{PREFIXES}(?:{'|'.join(PHRASES)})"
ALONE = re.compile(rf"{PHRASE}\s*(?:[:：.!]|$|\(|\b(?:{UNTIL})\b)", re.IGNORECASE)
ANSWERING = re.compile(rf"{PHRASE}\s*(?:[-–—|,;\[]|$)", re.IGNORECASE)


def is_note(subject: str, *, is_answer: bool) -> bool:
    """Whether this is the subject of an absence note.

    “Automatic reply: …” is one; “Automatic reply doesn't work” is somebody's question. What only might be one
    counts if the mail answers another.
    """
    return bool(ALONE.match(subject) or (is_answer and ANSWERING.match(subject)))
