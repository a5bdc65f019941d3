"""What messages say until a practice words them itself, in English and Spanish.

Each text is one segment with the longest reasonable values. That is why the Spanish
ones go without á, í, ó and ú, by their choice of words and not by leaving accents
out: one such letter makes a text dearer (see messaging.segments).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from messaging.occasions import Occasion

if TYPE_CHECKING:
    from collections.abc import Mapping


class Words(NamedTuple):
    """One template as it comes with the house."""

    text: str
    subject: str = ""


_ENGLISH = {
    Occasion.FIRST_TEXT: "{practice}: we text about visits only. Not for emergencies: "
    "call {emergency_number}. Texts are read {hours}. STOP to end texts.",
    Occasion.BOOKED: "{practice}: your visit is booked for {day}, {time}, {place}. "
    "Questions? Call {phone}. STOP to end texts.",
    Occasion.TWO_DAYS: "{practice}: your visit is on {day}, {time}. Reply C to confirm "
    "or R for another time. Or call {phone}. STOP to end texts.",
    Occasion.SAME_DAY: "{practice}: see you on {day}, {time}, {place}. If you cannot "
    "come, reply R or call {phone}.",
    Occasion.TWO_DAYS_JOINT: "{practice}: visits on {day}: {times}. Reply C to confirm "
    "all, R to move one or call {phone}. STOP to end texts.",
    Occasion.SAME_DAY_JOINT: "{practice}: see you on {day}: {times}, {place}. If "
    "somebody cannot come, reply R or call {phone}.",
    Occasion.CONFIRMED_JOINT: "{practice}: thank you, the visits on {day} are "
    "confirmed: {times}. If that changes, reply R or call {phone}.",
    Occasion.MOVED: "{practice}: your visit was moved to {day}, {time}, {place}. "
    "Reply R for another time or call {phone}.",
    Occasion.CHANGED: "{practice}: your visit on {day}, {time} now is at {place}. "
    "Questions? Call {phone}.",
    Occasion.CALLED_OFF: "{practice}: we are sorry, we had to cancel your visit on "
    "{day}, {time}. Reply R for another time or call {phone}.",
    Occasion.STANDS_AGAIN: "{practice}: your visit on {day}, {time} does take place. "
    "Questions? Call {phone}.",
    Occasion.BEGINS_LATER: "{practice}: we are running late. Your visit on {day} "
    "begins at about {time}. If that does not suit you, call {phone}.",
    Occasion.CLOSED: "{practice}: we are closed, so your visit on {day}, {time} does "
    "not take place. Reply R for another time or call {phone}.",
    Occasion.MISSED: "{practice}: we missed you. Reply R and we find another time, or "
    "call {phone}.",
    Occasion.AFTER_VISIT: "{practice}: thank you for coming. If you have a question, "
    "reply here or call {phone}.",
    Occasion.RECALL: "{practice}: it is time for your next visit. Reply R and we find "
    "a time, or call {phone}. STOP to end texts.",
    Occasion.INSTRUCTIONS: "{practice}: for {day}, {time}: please come ten minutes "
    "early. Questions? Call {phone}. STOP to end texts.",
    Occasion.CHOOSE_TIME: "{practice}: choose another time here: {link} "
    "Or call {phone}.",
    Occasion.WHICH_VISIT: "{practice}: which visit do you mean? Reply {choices}.",
    Occasion.CONFIRMED: "{practice}: thank you, {day}, {time} is confirmed. If that "
    "changes, reply R or call {phone}.",
    Occasion.CANCEL_ASKED: "{practice}: we read that you cannot come on {day}, {time}. "
    "We get back to you. Until then the visit stands. {phone}",
    Occasion.HERE: "{practice}: we know that you are here. We text you when to come "
    "in.",
    Occasion.COME_IN: "{practice}: please come in now.",
    Occasion.A_MOMENT_MORE: "{practice}: it takes a little longer. We expect to see "
    "you at about {time}.",
    Occasion.MISSED_CALL: "{practice}: we missed your call. Reply here or call "
    "{phone}. Emergency? Call {emergency_number}. STOP to end texts.",
    Occasion.NIGHT: "{practice}: we read texts {hours}. In an emergency call "
    "{emergency_number}, in a crisis call or text {crisis_line}.",
    Occasion.OPTED_OUT: "{practice}: you get no more texts from us. Did you mean only "
    "some of them? Reply VISITS to keep those about your visits.",
    Occasion.OPTED_IN: "{practice}: you get texts from us again. Not for emergencies: "
    "call {emergency_number}. STOP to end texts.",
    Occasion.VISITS_ONLY: "{practice}: you get texts about your visits from us, and no "
    "others. STOP to end texts.",
    Occasion.HELP: "{practice}: we text about visits. Call {phone} to reach us. In an "
    "emergency call {emergency_number}. STOP to end texts.",
    # Before a key is pressed nobody knows who listens.
    Occasion.CALL_OPENING: "Hello. This is an automatic call from {practice}, {phone}. "
    "To hear about an appointment, press 1. To get no more such calls, press 9.",
    Occasion.CALL_VISIT: "Your visit is on {day}, at {time}. To confirm it, press 1. "
    "If you cannot come, press 2. For another time, press 3. To get no more such "
    "calls, press 9.",
    Occasion.CALL_CONFIRMED: "Thank you. {day}, {time} is confirmed. Goodbye.",
    Occasion.CALL_HANDED_ON: "Thank you. Somebody from the front desk will get back to "
    "you. Until then the visit stands. Goodbye.",
    Occasion.CALL_OPTED_OUT: "You will get no more such calls. Goodbye.",
    Occasion.CALL_GOODBYE: "We did not get an answer. You reach us at {phone}. "
    "Goodbye.",
    Occasion.VOICEMAIL: "Hello. This is {practice}. Please call us at {phone}. "
    "Thank you.",
    Occasion.CALL_MENU: "Hello. This is {practice}. In an emergency, hang up and call "
    "{emergency_number}. To hear or confirm your next visit with your phone PIN, press "
    "1. To leave a message, press 2.",
    Occasion.CALL_MENU_DESK: "To talk to somebody, press 3.",
    Occasion.CALL_PIN: "Please enter the six digits of your phone PIN.",
    Occasion.CALL_NEXT: "Your next visit is on {day}, at {time}. To confirm it, press "
    "1. Otherwise just hang up.",
    Occasion.CALL_NOTHING: "There is nothing that we can tell you here. You reach us "
    "at {phone}. Goodbye.",
    Occasion.CALL_RECORD: "Please leave a message after the tone, with your name and "
    "number. In an emergency, hang up and call {emergency_number}.",
    Occasion.CALL_THANKS: "Thank you. Somebody will listen to your message. Goodbye.",
}
_SPANISH = {
    Occasion.FIRST_TEXT: "{practice}: textos solo sobre citas. En una emergencia llame "
    "al {emergency_number}. Leemos textos {hours}. STOP para no recibir textos.",
    Occasion.BOOKED: "{practice}: su cita es el {day}, {time}, {place}. Llame al "
    "{phone}. STOP para no recibir textos.",
    Occasion.TWO_DAYS: "{practice}: su cita es el {day}, {time}. Responda C: "
    "confirmar, R: otra hora. {phone}. STOP: no recibir textos.",
    Occasion.SAME_DAY: "{practice}: le esperamos el {day}, {time}, {place}. Si no "
    "puede venir, responda R o llame al {phone}.",
    Occasion.TWO_DAYS_JOINT: "{practice}: citas {day}: {times}. C: confirmar todas, R: "
    "otra hora. {phone}. STOP: no recibir textos.",
    Occasion.SAME_DAY_JOINT: "{practice}: les esperamos el {day}: {times}, {place}. "
    "¿Otra hora? Responda R o {phone}.",
    Occasion.CONFIRMED_JOINT: "{practice}: gracias, citas confirmadas para el {day}: "
    "{times}. Si algo cambia, responda R o {phone}.",
    Occasion.MOVED: "{practice}: su cita cambia al {day}, {time}, {place}. Responda R: "
    "otra hora, o llame al {phone}.",
    Occasion.CHANGED: "{practice}: su cita del {day}, {time} ahora es en {place}. "
    "¿Preguntas? Llame al {phone}.",
    Occasion.CALLED_OFF: "{practice}: lo sentimos, se cancela su cita del {day}, "
    "{time}. Responda R: otra hora, o llame al {phone}.",
    Occasion.STANDS_AGAIN: "{practice}: su cita del {day}, {time} se mantiene. "
    "¿Preguntas? Llame al {phone}.",
    Occasion.BEGINS_LATER: "{practice}: vamos con retraso. Hora aproximada de su cita: "
    "{day}, {time}. Si no le conviene: {phone}.",
    Occasion.CLOSED: "{practice}: cerramos y no hay cita el {day}, {time}. Responda R "
    "para otra hora o llame al {phone}.",
    Occasion.MISSED: "{practice}: no pudimos verle. Responda R y buscamos otra hora, o "
    "llame al {phone}.",
    Occasion.AFTER_VISIT: "{practice}: gracias por venir. Si tiene preguntas, responda "
    "a este mensaje o llame al {phone}.",
    Occasion.RECALL: "{practice}: ya es hora de su cita. Responda R y buscamos "
    "una hora, o llame al {phone}. STOP para no recibir textos.",
    Occasion.INSTRUCTIONS: "{practice}: el {day}, {time}, llegue diez minutos antes. "
    "Llame al {phone}. STOP para no recibir textos.",
    Occasion.CHOOSE_TIME: "{practice}: elija otra hora: {link} O llame al {phone}.",
    Occasion.WHICH_VISIT: "{practice}: ¿de qué cita se trata? Responda {choices}.",
    Occasion.CONFIRMED: "{practice}: gracias, su cita del {day}, {time} se confirma. "
    "Si algo cambia, responda R o llame al {phone}.",
    Occasion.CANCEL_ASKED: "{practice}: leemos que no puede venir el {day}, {time}. Le "
    "contestamos pronto; hasta entonces la cita sigue.",
    Occasion.HERE: "{practice}: sabemos que ha llegado. Le mandamos un texto cuando "
    "pueda entrar.",
    Occasion.COME_IN: "{practice}: por favor, entre ahora.",
    Occasion.A_MOMENT_MORE: "{practice}: tardamos un poco. Hora aproximada: {time}.",
    Occasion.MISSED_CALL: "{practice}: no pudimos contestar. Responda a este texto. "
    "¿Emergencia? Llame al {emergency_number}. STOP para no recibir textos.",
    Occasion.NIGHT: "{practice}: leemos textos {hours}. En una emergencia llame al "
    "{emergency_number}; en una crisis, llame o mande un texto al {crisis_line}.",
    Occasion.OPTED_OUT: "{practice}: ya no recibe textos nuestros. ¿Solo algunos? "
    "Responda CITAS si quiere los de sus citas.",
    Occasion.OPTED_IN: "{practice}: recibe otra vez textos nuestros. En una emergencia "
    "llame al {emergency_number}. STOP para no recibir textos.",
    Occasion.VISITS_ONLY: "{practice}: recibe de nosotros solo los textos de sus "
    "citas. STOP para no recibir textos.",
    Occasion.HELP: "{practice}: textos sobre citas. Llame al {phone}. En una "
    "emergencia llame al {emergency_number}. STOP para no recibir textos.",
    Occasion.CALL_OPENING: "Hola. Esta es una llamada automática de {practice}, "
    "{phone}. Para oír sobre una cita, presione 1. Para no recibir más llamadas, "
    "presione 9.",
    Occasion.CALL_VISIT: "Su cita es el {day}, {time}. Para confirmarla, "
    "presione 1. Si no puede venir, presione 2. Para otra hora, presione 3. Para no "
    "recibir más llamadas, presione 9.",
    Occasion.CALL_CONFIRMED: "Gracias. Su cita del {day}, {time}, queda confirmada. "
    "Adiós.",
    Occasion.CALL_HANDED_ON: "Gracias. Alguien de la recepción se pondrá en contacto "
    "con usted. Hasta entonces la cita sigue en pie. Adiós.",
    Occasion.CALL_OPTED_OUT: "Ya no recibirá más llamadas de este tipo. Adiós.",
    Occasion.CALL_GOODBYE: "No recibimos respuesta. Nuestro número es el {phone}. "
    "Adiós.",
    Occasion.VOICEMAIL: "Hola. Le llama {practice}. Por favor, llámenos al {phone}. "
    "Gracias.",
    Occasion.CALL_MENU: "Hola. Habla con {practice}. En una emergencia, cuelgue y "
    "llame al {emergency_number}. Para oír o confirmar su próxima cita con su clave "
    "telefónica, presione 1. Para dejar un mensaje, presione 2.",
    Occasion.CALL_MENU_DESK: "Para hablar con alguien, presione 3.",
    Occasion.CALL_PIN: "Por favor, marque los seis números de su clave telefónica.",
    Occasion.CALL_NEXT: "Su próxima cita es el {day}, {time}. Para confirmarla, "
    "presione 1. Si no, simplemente cuelgue.",
    Occasion.CALL_NOTHING: "Aquí no podemos decirle nada. Nuestro número es el "
    "{phone}. Adiós.",
    Occasion.CALL_RECORD: "Por favor, deje un mensaje después del tono, con su nombre "
    "y número. En una emergencia, cuelgue y llame al {emergency_number}.",
    Occasion.CALL_THANKS: "Gracias. Alguien escuchará su mensaje. Adiós.",
}
_MAILS = {
    (Occasion.WEEK_BEFORE, "en"): Words(
        "{greeting}you have a visit at {practice} on {day}, {time}, {place}.\n\n"
        "If that does not suit you, choose another time: {link}\n"
        "Or call {phone}.\n\n{practice}",
        "Your visit on {day}",
    ),
    (Occasion.WEEK_BEFORE, "es"): Words(
        "{greeting}tiene una cita en {practice} el {day}, {time}, {place}.\n\n"
        "Si no le conviene, elija otra hora: {link}\n"
        "O llame al {phone}.\n\n{practice}",
        "Su cita del {day}",
    ),
    (Occasion.CALLED_OFF_MAIL, "en"): Words(
        "{greeting}we are sorry: your visit at {practice} on {day}, {time} does not "
        "take place.\n\nTo find another time, call {phone}.\n\n{practice}",
        "Your visit on {day} does not take place",
    ),
    (Occasion.CALLED_OFF_MAIL, "es"): Words(
        "{greeting}lo sentimos: su cita en {practice} del {day}, {time}, se cancela."
        "\n\nPara encontrar otra hora, llame al {phone}.\n\n{practice}",
        "Se cancela su cita del {day}",
    ),
}

DEFAULTS: Mapping[tuple[Occasion, str], Words] = {
    **{(occasion, "en"): Words(text) for occasion, text in _ENGLISH.items()},
    **{(occasion, "es"): Words(text) for occasion, text in _SPANISH.items()},
    **_MAILS,
}
