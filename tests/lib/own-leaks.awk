# own-leaks.awk REPORT: exit 0 when a sanitizer's report tells anything but leaks that libzmq alone is to blame for.
# libzmq's own threads now and then lose the properties of a connection that ends while its handshake does (zeromq/libzmq issue
# 2602): every frame of such a stack lies in libzmq, the sanitizer or the C library. One frame of ours makes a leak ours.
/^(Direct|Indirect) leak of/    { stacks++; foreign = 0; in_stack = 1; next }
in_stack && /^ *#[0-9]+ /       { if (/libzmq\.so/) foreign = 1; else if (!/libsanitizer|libasan|libstdc\+\+|libc\.so/) ours = 1; next }
in_stack && NF == 0             { in_stack = 0; if (!foreign) ours = 1; next }
/ERROR: AddressSanitizer|runtime error:/ { ours = 1 }
END { if (in_stack && !foreign) ours = 1; exit !(ours || !stacks) }
