# Publishing what was built, then the whole again: nothing is left to do.

host_start host
check 'hallmark publish' hallmark publish
served_is_signed
check 'hallmark release finds nothing left to do' hallmark release figlet "$figlet"
served_is_signed
