# Quello che dice il terminale: i posti, l'orologio, i file.

terminal-welcome =
    Qui ci sono i due lati dello sportello. Tu sei { $customer } e hai un problema: scrivi qual è, oppure scrivi aiuto.
    Scrivi #operators o #leads per cambiare posto, mail per leggere la posta dello sportello, { $customer } per tornare.
    Il tempo sta fermo finché non lo spingi: attendi 2h, attendi fino a lunedì 08:30. Per uscire, Ctrl-D.
terminal-welcome-run = Siedi ai due lati dello sportello: eva (o un altro nome, dopo /posto) è il cliente, #operators e #leads lavorano. Per uscire, Ctrl-D.
terminal-open = aperto fino alle { TIME($closes) }
terminal-closed = chiuso, riapre { $opens }
terminal-here = Ora il tuo posto è { $seat }.
terminal-mail-empty = Ancora nessuna e-mail.
terminal-mail-is-read = Qui la posta si legge soltanto. Scrivi eva o #operators per dire qualcosa.
terminal-no-such-seat = Qui non c'è un posto con questo nome. I nomi dei clienti hanno solo lettere, e le stanze sono { $rooms }.
terminal-no-seat = Una riga comincia con chi parla, come «eva: ciao», oppure spinge l'orologio, come «attendi 2h».
terminal-no-moment = Per quanto? Per esempio «attendi 2h» o «attendi fino a lunedì 08:30», fino a un anno avanti.
terminal-no-waiting = Qui il tempo passa da sé. Si può spingere in sportello demo.
terminal-bad-line = Riga { $number }: { $why }
terminal-not-a-demos-folder = { $folder } è di uno sportello in servizio. Per la demo scegli un'altra cartella.
terminal-file-not-named = Quale file? Per esempio: /allega ~/foto.png
terminal-file-missing = Non c'è nessun file in { $path }.
terminal-file-is-a-folder = { $path } è una cartella. Allega i suoi file uno per uno.
terminal-file-is-none = { $path } non è un file che si può allegare.
terminal-file-closed = { $path } non si può leggere. Cambia i suoi permessi, poi allegalo di nuovo.
terminal-file-empty = { $path } è vuoto.
terminal-file-too-big = { $path } è troppo grande: un file può avere fino a { $limit } MB.
