### Lo sportello che dà del Lei: solo quello che cambia.

write-besides = Può anche scrivere: { $words }.
reply-to-this = Risponda a questo messaggio.
edit-which = Che cosa vuole cambiare? Scriva «modifica» e una di queste: { $what }.
pick-one = Scelga una di queste risposte.
step-done = { $open ->
    [yes] Questo passo è già fatto. Ecco quello aperto adesso.
   *[no] Questo passo è già fatto.
}
no-such-command = Questo comando non c'è. Scriva «aiuto» per vedere quelli che ci sono.
register-first = Prima ci servono i Suoi dati: bastano poche domande, e quello che ha scritto resta qui. Se La conosciamo già, scriva «{ $command ->
        [none] /collega
       *[other] { $command } collega
    }».
say-something = Il messaggio è vuoto. Scriva che cosa Le serve.
only-words = { $what ->
    [voice] I messaggi vocali non li sappiamo ascoltare. Lo scriva a parole.
    [location] La posizione non ci serve. Lo scriva a parole.
    [sticker] Gli adesivi non li sappiamo leggere. Lo scriva a parole.
   *[other] Questo tipo di messaggio non lo sappiamo leggere. Lo scriva a parole.
}
words-beside-files = I file sono allegati, le parole accanto no: «{ $given }». Per aggiungerle, modifichi la descrizione.
files-not-wanted = Qui un file non serve: scriva la risposta.
files-or-skip = Mandi una foto o un file, oppure scriva «salta».
could-not-take-yours = Il Suo ultimo messaggio non è passato, e lo sportello lo sa. Provi a scriverlo in un altro modo, o telefoni.
greeting = Buongiorno. Scriva che cosa succede, o scelga qui sotto.
welcome = Buongiorno, questo è lo sportello di assistenza. Scriva che cosa succede: apriamo un ticket e Le rispondiamo qui.
you-are-welcome = Prego. Se serve altro, scriva qui.
open-with-these-words = Apriamo un ticket con { $words ->
        [no] quello che ha mandato
       *[yes] quello che ha scritto
    }?
not-understood = Non sono sicuro di aver capito. Vuole aprire un ticket con quello che ha scritto?
did-you-mean = Intende questo?
not-for-you = Da qui questo comando non si può usare. Scriva «aiuto» per vedere quelli che ci sono.
answer-or-not = Per il ticket { $ticket } aspettiamo una Sua risposta: «{ $question }» È questa?
answer-to-which = Aspettiamo una Sua risposta per { $count } ticket. Per quale è questa?
ticket-is-solved = Il ticket { $ticket } è risolto. Lo riapriamo con { $words ->
        [no] quello che ha mandato
       *[yes] quello che ha scritto
    }?
ticket-is-closed = Il ticket { $ticket } è chiuso. Ne apriamo uno nuovo con { $words ->
        [no] quello che ha mandato
       *[yes] quello che ha scritto
    }?
language-offer = Preferisce che Le scriviamo in italiano?
    .language = Sì, in italiano
problem-string-too-long = È troppo lungo: { $length } caratteri, e ce ne stanno { $max_length }. Quello che ha scritto comincia con «{ $given }».
problem-enum = Scelga una di queste risposte.
problem-literal-error = Scelga una di queste risposte.
problem-bool-parsing = Risponda sì o no.
problem-no-longer-there = Questa scelta non c'è più. Scelga tra quelle di adesso.
problem-code-form = «{ $given }» non è un codice di sei cifre. Quello giusto è nell'e-mail che Le abbiamo mandato.
refused-not-yours = { $act ->
    [act-here] Qui agisce solo chi lavora allo sportello. Se è uno sbaglio, lo chieda ai responsabili.
   *[other] Questo tocca a qualcun altro.
}
refused-unknown-ticket = { $inside ->
    [yes] Il ticket { $ticket } non c'è.
   *[no] Tra i Suoi ticket non c'è il { $ticket }. Scriva «i miei ticket» per vederli tutti.
}
refused-already-claimed = { $operator ->
    [none] Il ticket { $ticket } non è più di chi lo aveva. Lo riguardi e riprovi.
   *[other] L'ha appena preso { $operator }.
}
refused-moved-meanwhile = Il ticket { $ticket } è cambiato proprio adesso. Lo riguardi e riprovi.
refused-unknown-code = { $left ->
    [none] Questo codice non è giusto. Lo ricontrolli.
    [0] Questo codice non è giusto, e i tentativi sono finiti. Per averne uno nuovo scriva «codice», o «collegamento» dall'altro canale.
    [one] Questo codice non è giusto. Resta un tentativo.
   *[other] Questo codice non è giusto. Restano { $left } tentativi.
}
refused-code-expired = Questo codice non vale più. Per averne uno nuovo scriva «codice», o «collegamento» dall'altro canale.
refused-too-many-tries = { $minutes ->
    [none] I tentativi sono finiti, e serve un altro codice. Per averne uno nuovo scriva «codice», o «collegamento» dall'altro canale.
    [0] I tentativi sono finiti, e serve un altro codice. Per averne uno nuovo scriva «codice», o «collegamento» dall'altro canale.
    [one] Troppi tentativi. Riprovi tra un minuto.
   *[other] Troppi tentativi. Riprovi tra { $minutes } minuti.
}
refused-already-known = Ci conosciamo già: il Suo Helpdesk Code è { $code }.
refused-too-much = { $what ->
    [text] Il testo è troppo lungo: al massimo { $limit } caratteri. Il resto si può mandare come file.
    [files] Troppi file insieme: al massimo { $limit } alla volta.
    [file] Il file è troppo grande.
    [tickets] Ha già { $limit } ticket aperti: prima di aprirne altri, aspetti che se ne chiuda qualcuno.
    [codes] Troppi codici in poco tempo. Riprovi più tardi.
   *[other] È troppo: al massimo { $limit }.
}
