"""The heads that columns usually stand under, in English and in Spanish.

As common practice software writes them when it exports, folded; a line for each
thing that can be read, in the order of practice.columns.
"""

HEADS = """
given_name: first name, first, given name, patient fname, patient given name, given
    names, given, firstname, fname, forename, patient first name, legal first name,
    pt first name, client first name, nombre, nombres, primer nombre, nombre de
    pila, nombre del paciente, nombre s
middle_name: middle name, middle, mi, middle initial, mname, patient middle name,
    segundo nombre, second name
family_name: last name, last, family name, patient lname, patient surname, surname,
    lastname, lname, patient last name, legal last name, pt last name, client last
    name, apellido, apellidos, primer apellido, apellido paterno, apellidos del
    paciente, paterno, apellido 1, 1er apellido, 1 apellido, apellido s, paternal
    last name, paternal surname, first surname, first last name
second_family_name: segundo apellido, apellido materno, second last name, second
    surname, materno, apellido 2, 2do apellido, 2o apellido, 2 apellido, maternal
    last name, maternal surname
full_name: name, full name, patient, patient name, client, client name, pt name,
    nombre completo, nombre y apellidos, apellidos y nombre, paciente, nombre y
    apellido, nombres y apellidos, apellido y nombre, apellidos y nombres, nombre
    completo del paciente, nombre s y apellido s
preferred_name: preferred name, nickname, goes by, aka, preferred first name, chosen
    name, nombre preferido, apodo
pronouns: pronouns, pronoun, pronombres
born_on: date of birth, dob, birth date, birthdate, birthday, born, patient dob,
    date birth, birth, d o b, pt dob, fecha de nacimiento, fecha nacimiento,
    nacimiento, fec nac, f nac, fnac
chart_number: id, patient id, patientid, chart number, chart no, chart, chart id,
    mrn, medical record number, account, account number, acct, acct no, client id,
    patient number, pid, external id, record number, patient account number, prn,
    enterprise id, athena id, number, numero de expediente, expediente, numero de
    historia, historia clinica, nhc, numero de paciente, id del paciente,
    identificador
registered_on: registered, registration date, known since, patient since, first
    visit, date registered, created, created at, date created, fecha de alta, fecha
    de registro
mobile: mobile, mobile phone, cell, cell phone, cellphone, mobile number, cell
    number, patient mobile phone, phone mobile, phone cell, mobile phone number,
    celular, movil, telefono movil, telefono celular, tel movil
phone: phone, phone number, telephone, tel, primary phone, contact phone, phone 1,
    main phone, preferred phone, patient phone, telefono, numero de telefono,
    telefono principal, telefono 1, phone no
home_phone: home phone, home, phone home, home phone number, patient home phone, hm
    phone, telefono de casa, telefono fijo, telefono casa, tel casa, phone 2,
    telefono 2
work_phone: work phone, work, phone work, work phone number, business phone, office
    phone, wk phone, telefono del trabajo, telefono trabajo, tel trabajo
email: email, e mail, email address, e mail address, mail, patient email, primary
    email, correo, correo electronico, direccion de correo, email 1
street: address, street, street address, address 1, address line 1, addr1, address1,
    patient address, mailing address, home address, addr, street 1, patient address
    1, direccion, calle, domicilio, direccion 1, postal address
street_more: address 2, address line 2, addr2, address2, apt, apartment, unit,
    suite, street 2, patient address 2, direccion 2, apartamento, piso, colonia
city: city, town, patient city, ciudad, localidad, municipio
region: state, province, region, st, patient state, state province, estado,
    provincia
postal_code: zip, zip code, postal code, postcode, zipcode, patient zip, zip postal
    code, codigo postal, cp
contact_kind: contact kind, contact type, tipo de contacto
contact_value: contact, contact value, number or address, contacto
contact_label: contact label, label, etiqueta
may_text: may text, ok to text, text ok, sms consent, sms opt in, allow sms, can
    text, consent to text, text messages ok, acepta sms
may_call: may call, ok to call, can call, consent to call, allow calls, call ok,
    acepta llamadas
may_leave_voicemail: may leave voicemail, voicemail ok, ok to leave message, leave
    message, voicemail, acepta mensajes de voz
may_write: may write, ok to email, email consent, email ok, email opt in, allow
    email, ok to mail, consent to email, hipaa allow email, acepta correo
safe_hours: safe hours, safe times, safe time to call, safe to call between, horas
    seguras, horario seguro
location: location, office, site, clinic, facility, home location, department,
    primary location, service location, sede, centro, clinica, consultorio
standing: status, patient status, client status, active, is active, chart status,
    estado del paciente, estatus, activo
deceased_on: date of death, deceased date, deceased on, died, death date, deceased,
    fecha de defuncion, fecha de fallecimiento
language: language, preferred language, primary language, lang, idioma, lengua,
    idioma preferido
written_language: written language, reading language, idioma escrito
interpreter: interpreter, interpreter needed, needs interpreter, interprete,
    necesita interprete
preferred_channel: preferred contact, preferred contact method, contact preference,
    preferred channel, preferred method of contact, contacto preferido
restricted: restricted, restricted chart, vip, confidential, break the glass, btg,
    restringido
needs: access needs, accommodations, accessibility needs, necesidades de acceso
alert: alert, alerts, chart alert, patient alert, alerta, avisos
caregiver_name: caregiver, caregiver name, guardian, guardian name, parent, parent
    name, responsible party, responsible party name, guarantor, guarantor name,
    mother name, father name, next of kin, tutor, nombre del tutor, cuidador,
    responsable, padre, madre
caregiver_relation: caregiver relation, caregiver relationship, relationship,
    relation, guardian relationship, guarantor relationship, relationship to
    patient, responsible party relationship, parentesco, relacion
caregiver_phone: caregiver phone, guardian phone, parent phone, responsible party
    phone, guarantor phone, next of kin phone, telefono del tutor, telefono del
    cuidador, telefono del responsable
caregiver_email: caregiver email, guardian email, parent email, guarantor email,
    responsible party email, correo del tutor
caregiver_language: caregiver language, guardian language, idioma del tutor
caregiver_barred: must not be told, do not disclose, no disclosure, no divulgar
emergency_name: emergency contact, emergency contact name, emergency name, ice,
    emergency contact 1, contacto de emergencia, nombre contacto de emergencia,
    emergency contact full name, emergencia
emergency_relation: emergency contact relationship, emergency contact relation,
    emergency relationship, emergency relation, parentesco de emergencia, parentesco
    contacto de emergencia
emergency_phone: emergency contact phone, emergency phone, emergency contact phone
    number, emergency number, emergency contact number, telefono de emergencia,
    telefono contacto de emergencia
"""
