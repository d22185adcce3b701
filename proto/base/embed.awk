# Reads file names, one a line, and writes GNU assembler that holds the files and a table of struct embedded_file
# called ${symbol}. ${prefix} stands before each name on disk, not in the table.
BEGIN { print "\t.section .rodata" }
NF {
	n++
	name[n] = $0
	printf "name_%d:\t.asciz \"%s\"\nbytes_%d:\t.incbin \"%s%s\"\nend_%d:\t.byte 0\n", n, $0, n, prefix, $0, n
}
END {
	print "\t.section .data.rel.ro,\"aw\"\n\t.balign 8\n\t.globl " symbol "\n" symbol ":"
	for (i = 1; i <= n; i++)
		printf "\t.quad name_%d, bytes_%d, end_%d - bytes_%d\n", i, i, i, i
	print "\t.quad 0, 0, 0\n\t.section .note.GNU-stack,\"\",@progbits"
}
