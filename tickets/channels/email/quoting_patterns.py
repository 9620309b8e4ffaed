"""The words and shapes by which mail programs mark what they quote, forward and append."""

import re

LONGEST = 400
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

# -- who wrote when

VERBS = (
    r"wrote|writes|said|schrieb(?:en|st)?|geschrieben|schrieb[a-z]*|a\s+[ée]crit|avez\s+[ée]crit|[ée]crivait|"
    r"escribi[óo]|escrib[íi]a|ha\s+escrito|ha\s+scritto|scrive|scriveva|schreef|geschreven|escreveu|"
    r"pisze|napisa[łl](?:a|\(a\))?|skrev|skrifaði|kirjoitti|napsal(?:a|\(a\))?|"
    r"nap[íi]sal(?:a|\(a\))?|írta|a\s+scris|yazd[ıi]|написал[аи]?(?:\(а\))?|пишет|пише|написа|έγραψε|写道|寫道|작성"
)
VERB = re.compile(rf"(?<!\w)(?:{VERBS})(?!\w)", re.IGNORECASE)
VERB_AT_END = re.compile(rf"(?<!\w)(?:{VERBS})\s*[:：]$", re.IGNORECASE)
OPENER = re.compile(
    r"^(?:on|am|le|el|il(?:\s+giorno)?|in\s+data|op|em|no\s+dia|a|w\s+dniu|dnia|den|d\.|dne|dňa|в|на|na|pe|"
    r"(?:mo|di|mi|do|fr|sa|so|pon|wt|śr|czw|pt|sob|niedz|man|tir|ons|tor|lør|søn|út|po|st|čt|pá|ne|вт|пн|ср|чт|пт|сб|вс)"
    r"\.?,?|\d{4}-\d\d-\d\d|\d{4}年)(?:\s|(?<=[\d年]))",
    re.IGNORECASE,
)
PRONOUN_AFTER = re.compile(
    rf"(?<!\w)(?:{VERBS})\s+(?:ich|mir|uns|wir|er|sie|ihnen|man|me|us|to|that|je|nous|moi|a\s+mi)(?!\w)",
    re.IGNORECASE,
)
PRONOUN_BEFORE = re.compile(
    rf"(?<!\w)(?:i|you|he|she|we|they|someone|somebody|j'|tu|nous|vous|yo|usted|io|lei|ik|u|eu|ele)\s+(?:{VERBS})(?!\w)",
    re.IGNORECASE,
)
ARTICLE = re.compile(
    r"(?<!\w)(?:das|der|die|den|dem|ein|eine|ihre?|meine?|unsere?|seine?|deren|in|ins|aus|the|an?|your|my|our|his|her|"
    r"their|this|that|votre|notre|mon|ma|son|sa|leur|un|una|une|su|mi|nuestr[oa]|lo|vostr[oa]|suo|sua|uw|mijn|onze|"
    r"seu|meu|minha|seg[uú]n|also|auch|already|bereits|schon|again|wieder)(?!\w)",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[^\s<>@,;:()\[\]]{1,64}@[^\s<>@,;:()\[\]]{1,200}")
YEAR_OR_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}(?!\d)"
)
TIME = re.compile(
    r"(?<!\d)\d{1,2}\s?[:.h]\s?\d{2}(?!\d)|\d\s?[ap]\.?m\b|\d{1,2}\s?(?:Uhr|時|时|点)", re.IGNORECASE
)
NUMBERS = re.compile(r"(?<!\d)\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}(?!\d)")
DASHED = re.compile(r"^-{3,}[^-].{1,250}-{3,}$")

# -- lines that stand above a whole mail

ORIGINAL = re.compile(
    r"^[-_=*\s]{2,80}+(?:"
    r"original\s+(?:message|mail|e-?mail|appointment)|reply\s+message|"
    r"urspr(?:ü|ue?)ngliche\s+(?:nachricht|mail|e-?mail)|original-?\s?nachricht|originaltermin|originalmail|"
    r"ursprünglicher\s+termin|antwort(?:nachricht)?|"
    r"message\s+d['’´]\s?origine|message\s+original|message\s+initial|mensaje\s+original|mensaje\s+de\s+origen|"
    r"messaggio\s+(?:originale|original)|oorspronkelijk\s+bericht|origineel\s+bericht|"
    r"mensagem\s+original|wiadomość\s+oryginalna|oryginalna\s+wiadomość|"
    r"original\s?meddelande|ursprungligt\s+meddelande|oprindelig\s+(?:meddelelse|besked)|opprinnelig\s+melding|"
    r"alkuperäinen\s+viesti|původní\s+(?:zpráva|e-mail)|pôvodná\s+správa|eredeti\s+üzenet|mesajul?\s+original|"
    r"исходное\s+сообщение|пересылаемое\s+письмо|orijinal\s+mesaj|原始邮件|原始郵件|元のメッセージ"
    r")[-_=*:\s]{2,80}$",
    re.IGNORECASE,
)
_FORWARDED = (
    r"forwarded\s+(?:message|mail|by)|weitergeleitete(?:r|s|\s+)?\s?(?:nachricht|mail|e-?mail)|weitergeleitet\s+von|"
    r"message\s+(?:transf[ée]r[ée]|transmis|r[ée]exp[ée]di[ée])|(?:mensaje|correo)\s+reenviado|"
    r"messaggio\s+inoltrato|doorgestuurd\s+bericht|doorgestuurde\s+(?:bericht|e-?mail)|"
    r"mensagem\s+(?:encaminhada|reencaminhada)|"
    r"(?:przekazana|przesłana)\s+(?:dalej\s+)?wiadomość|wiadomość\s+przekazana|wiadomość\s+przesłana\s+dalej|"
    r"vidarebefordrat\s+meddelande|videresendt\s+(?:meddelelse|besked|melding)|välitetty\s+viesti|"
    r"přeposlaná\s+zpráva|továbbított\s+üzenet|пересланное\s+сообщение|转发的?邮件|転送メッセージ"
)
FORWARDED = re.compile(rf"^[-_=*\s]{{2,80}}+(?:{_FORWARDED})\b[^\n]{{0,120}}$", re.IGNORECASE)
FORWARDED_APPLE = re.compile(
    r"^(?:begin\s+forwarded\s+message|anfang\s+der\s+weitergeleiteten\s+(?:nachricht|e-?mail)|"
    r"d[ée]but\s+du\s+message\s+(?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|"
    r"(?:inicio\s+del\s+mensaje|comienzo\s+del\s+mensaje)\s+reenviado|"
    r"inizio\s+messaggio\s+inoltrato|begin\s+doorgestuurd\s+bericht|"
    r"in[íi]cio\s+da\s+mensagem\s+(?:re)?encaminhada|początek\s+przekazywanej\s+wiadomości|"
    r"vidarebefordrat\s+brev|start\s+på\s+videresendt\s+besked|videresendt\s+melding)\s?:$",
    re.IGNORECASE,
)
FORWARD_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,60}\]\s*)?(?:fwd?|wg|wtrlt|weitergeleitet|tr|rv|rif|i|fs|doorst|enc|res?env|pd|vs|vb|vl|továbbítás|転送)"
    r"\s?(?:\[\d+\])?\s?[:：]",
    re.IGNORECASE,
)
RULE = re.compile(r"^(?:_{5,}|-{10,}|={10,}|\*{10,})$")

# -- header blocks

_ROLES = {
    "from": "from|von|de|da|van|od|fra|från|lähettäjä|expéditeur|exp|remitente|mittente|afzender|nadawca|"
    "remetente|absender|отправитель|от|kimden|feladó|发件人|寄件者|差出人",
    "date": "sent|date|gesendet|datum|envoyé|envoyée|enviado|enviado el|enviada|enviada em|enviado em|fecha|"
    "data|inviato|data invio|verzonden|wysłano|wysłane|data wysłania|skickat|sendt|dato|lähetetty|odesláno|"
    "отправлено|дата|gönderilen|tarih|dátum|küldve|gesendet am|sent on|发送时间|日期|"
    "送信日時|日付",
    "to": "to|an|à|a|para|aan|do|til|till|pour|destinataire|destinatario|destinatário|vastaanottaja|komu|"
    "кому|kime|címzett|empfänger|收件人|宛先",
    "cc": "cc|kopie|copie|copia|kopia|cópia|kopi|dw|bcc|reply-to|antwort an|antwort-an|organisation|抄送",
    "subject": "subject|betreff|betr|objet|asunto|oggetto|onderwerp|assunto|temat|ämne|emne|aihe|předmět|"
    "predmet|тема|konu|tárgy|主题|主旨|件名",
    "other": "importance|wichtigkeit|priorität|priority|attachments|anlagen|anhänge|anhang|pièces jointes|"
    "adjuntos|datos adjuntos|allegati|bijlagen|anexos|załączniki|importanza|importancia|importância|urgentie|"
    "ważność",
}
ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split("|")}
HEADER_LINE = re.compile(r"^[\s*|_]{0,8}([^\W\d_][^:：\n]{0,23}?)[\s*_]{0,4}[:：][\s*_]{0,4}(.*)$")

# -- what is appended

DELIMITER = re.compile(r"^[\s\u00a0]?--[ \u00a0]$")
BARE_DELIMITER = re.compile(r"^\s?(?:--|—|__)\s*$")
CLOSING = re.compile(
    r"^\W{0,3}(?:mit\s+(?:freundlichen?|besten|vielen|herzlichen|lieben|sonnigen)\s+gr(?:ü|ue)(?:ß|ss)en|"
    r"(?:viele|liebe|beste|schöne|herzliche|freundliche)\s+gr(?:ü|ue)(?:ß|ss)e|(?:lieben\s+|besten\s+|schönen\s+)?gru(?:ß|ss)|"
    r"mfg|lg|vg|hochachtungsvoll|(?:best|kind|warm|warmest|many)\s+(?:regards|wishes)|regards|"
    r"(?:yours\s+)?(?:sincerely|faithfully|truly)|cheers|all\s+the\s+best|best|thanks|thank\s+you|cordialement|"
    r"bien\s+(?:cordialement|à\s+vous)|(?:meilleures|sincères)\s+salutations|bonne\s+journée|"
    r"(?:un\s+)?(?:cordial\s+)?saludos?|saludos\s+cordiales|atentamente|atte|"
    r"cordiali\s+saluti|distinti\s+saluti|(?:un\s+)?saluti?|grazie|met\s+vriendelijke\s+groet(?:en)?|groet(?:en|jes)?|mvg|"
    r"atenciosamente|cumprimentos|com\s+os\s+melhores\s+cumprimentos|abraços?|obrigad[oa]|"
    r"(?:z\s+poważaniem|pozdrawiam|z\s+wyrazami\s+szacunku)|med\s+vänlig(?:a)?\s+hälsning(?:ar)?|"
    r"med\s+venlig\s+hilsen|mvh|s\s+pozdravem|ystävällisin\s+terveisin)\b.{0,40}$",
    re.IGNORECASE,
)
LEGAL = re.compile(
    r"(?<!\w)(?:HR\s?[AB]\s?:?\s?(?:Nr\.?\s?)?\d{3,}|Amtsgericht\s+\w+|Registergericht|Handelsregister|Geschäftsführer(?:in|ung)?\s?:|"
    r"USt\.?-?\s?Id(?:ent)?\.?-?\s?(?:Nr)?\W{0,3}[A-Z]{2}\s?\d|UID-Nr|Firmenbuch|Registered\s+(?:office|in\s+England)|Company\s+(?:No|number)\W{0,3}\d|"
    r"VAT\s+(?:No|number|ID)\W{0,3}\w{0,2}\d|SIRET|SIREN|RCS\s+\w+|Partita\s+IVA|P\.?\s?IVA|C\.?I\.?F\.?\s?:|N\.?I\.?F\.?\s?:|KvK|"
    r"CNPJ|KRS\s?:?\s?\d|NIP\s?:?\s?\d|REGON)",
)
DISCLAIMER = re.compile(
    r"^\W{0,4}(?:disclaimer\b|confidentiality\s+(?:notice|note)|legal\s+(?:notice|disclaimer)\b|"
    r"(?:this|the\s+information\s+(?:contained\s+)?in\s+this)\s+(?:e-?mail|message|communication|transmission)\b.{0,80}"
    r"(?:confidential|intended|privileged)|"
    r"diese\s+(?:e-?mail|nachricht)\b.{0,80}(?:vertraulich|rechtlich\s+geschützt|bestimmt)|"
    r"der\s+inhalt\s+dieser\s+(?:e-?mail|nachricht)\b.{0,60}vertraulich|vertraulichkeitshinweis|"
    r"ce\s+(?:message|courriel|mail|e-?mail)\b.{0,120}(?:confidentiel|destin[ée]|l'usage)|"
    r"este\s+(?:mensaje|correo|e-?mail)\b.{0,120}(?:confidencial|dirigido|destinad)|"
    r"esta\s+mensagem\b.{0,120}(?:confidencia|destina)|"
    r"(?:questo\s+messaggio|la\s+presente\s+(?:e-?mail|comunicazione)|le\s+informazioni\s+contenute)\b.{0,120}"
    r"(?:riservat|confidenzial|destinat)|"
    r"(?:dit\s+(?:bericht|e-?mailbericht)|deze\s+e-?mail|de\s+informatie\s+in\s+dit)\b.{0,120}(?:vertrouwelijk|bestemd)|"
    r"(?:ta\s+wiadomość|niniejsza\s+wiadomość|treść\s+tej\s+wiadomości)\b.{0,120}(?:poufn|przeznaczon)|"
    r"(?:please\s+)?(?:consider|think\s+of)\s+the\s+environment\s+before\s+printing|"
    r"bitte\s+(?:denken|prüfen)\s+sie\b.{0,60}(?:ausdruck|druck)|"
    r"this\s+e-?mail\s+has\s+been\s+(?:checked|scanned)\s+for\s+virus|"
    r"diese\s+e-?mail\s+wurde\b.{0,60}auf\s+viren\s+(?:geprüft|untersucht)|"
    r"(?:l['’]absence\s+de\s+virus|este\s+correo.{0,40}libre\s+de\s+virus)|"
    r"virus-?free\.?\s|virenfrei\.?\s|avast\s+logo)",
    re.IGNORECASE,
)

BOILERPLATE = re.compile(
    r"intended|recipient|addressee|unauthori[sz]ed|in\s+error|privileged|environment|virus|"
    r"adressat|empfänger|unbefugt|irrtümlich|vernichte|lösch|ausdruck|drucken|viren|"
    r"destinataire|par\s+erreur|autoris|destinatari|por\s+error|por\s+engano|per\s+errore|"
    r"geadresseerde|ontvanger|bestemd|adresat|omyłk|przez\s+pomyłkę",
    re.IGNORECASE,
)
SENTENCE = re.compile(
    r"[?!]$|^\W*P\.?\s?S\b|(?<!\w)(?:is|are|was|please|not|missing|wrong|can|could|need|should|I|we|my|bitte|ist|sind|war|"
    r"fehlt|fehlen|falsch|nicht|kann|können|ich|wir|mein|meine|brauche|auch|est|sont|pas|merci\s+de|je|nous|veuillez|"
    r"es|está|son|falta|por\s+favor|necesito|no|è|sono|manca|per\s+favore|non|niet|graag|ik|não|são|é|jest|nie|"
    r"proszę)(?!\w)",
    re.IGNORECASE,
)


def has_time(text: str) -> bool:
    """Whether a time of day is named; “3.3.2026” is none."""
    return TIME.search(NUMBERS.sub(" ", text)) is not None
