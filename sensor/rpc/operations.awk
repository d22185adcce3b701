# operations.awk: schema/rpc-operations.csv (uuid,interface,opnum,operation) as rows of C for sensor/rpc/operations.c,
# sorted by uuid and opnum so that they can be searched in halves. An interface of which only the name is known has
# neither opnum nor operation; its row gets an opnum that sorts last. A line of another form stops the build.
BEGIN { FS = ","; sorted = "sort"; print "/* generated from schema/rpc-operations.csv */" }
FNR == 1 { next }
{
	hex = $1
	gsub(/-/, "", hex)
	is_named_only = $3 == "" && $4 == ""
	if (NF != 4 || hex !~ /^[0-9a-f]+$/ || length($1) != 36 || length(hex) != 32 || $2 !~ /^[A-Za-z0-9_ ]+$/ ||
	    !(is_named_only || ($3 ~ /^[0-9]+$/ && $4 ~ /^[A-Za-z0-9_]+$/))) {
		printf "%s:%d: not uuid,interface,opnum,operation\n", FILENAME, FNR > "/dev/stderr"
		failed = 1
		exit 1
	}
	bytes = ""
	for (i = 1; i < 32; i += 2)
		bytes = bytes "0x" substr(hex, i, 2) ","
	opnum = is_named_only ? 65535 : $3
	printf "/* %s %05d */ { { { %s } }, %d, \"%s\", %s },\n", hex, opnum, bytes, opnum, $2, is_named_only ? "NULL" : "\"" $4 "\"" | sorted
}
END { if (!failed) close(sorted) }
