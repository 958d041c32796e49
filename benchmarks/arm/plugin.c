/* Counts the instructions that a program executes under qemu's user emulation.
 *
 * Written against version 1 of qemu's plugin interface, as docs/devel/tcg-plugins.rst and
 * include/qemu/qemu-plugin.h of qemu 7.2 describe it; the few functions it needs are declared
 * here, so that no header of qemu's has to be had. The program marks a moment with a system call
 * that Linux does not have; at each mark the totals so far are written to qemu's log, one line:
 *
 *     mark ARGUMENT INSTRUCTIONS KIND KIND ...
 *
 * Counters are not atomic: right for a program that computes in one thread only.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MARK 0x7e57 /* guest.py has the same */

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;
enum { ADD_U64 = 0 };

typedef void (*tb_callback)(plugin_id, struct qemu_plugin_tb *);
typedef void (*syscall_callback)(plugin_id, unsigned int, int64_t, uint64_t, uint64_t, uint64_t,
                                 uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, tb_callback);
void qemu_plugin_register_vcpu_syscall_cb(plugin_id, syscall_callback);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int, void *, uint64_t);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int, void *, uint64_t);
void qemu_plugin_outs(const char *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* Encodings from the Arm Architecture Reference Manual (DDI 0487), section C4.1. */
enum { SDOT, SMMLA, WIDENING, FMLA, KINDS };
static const struct {
    int kind;
    uint32_t mask, word;
} PATTERNS[] = {
    {SDOT, 0xBFE0FC00, 0x0E809400},     /* SDOT (vector) */
    {SDOT, 0xBFC0F400, 0x0F80E000},     /* SDOT (by element) */
    {SMMLA, 0xFFE0FC00, 0x4E80A400},    /* SMMLA (vector) */
    {WIDENING, 0xBF20FC00, 0x0E20C000}, /* SMULL (vector) */
    {WIDENING, 0xBF20FC00, 0x0E208000}, /* SMLAL (vector) */
    {WIDENING, 0xBF00F400, 0x0F002000}, /* SMLAL (by element) */
    {FMLA, 0xBFA0FC00, 0x0E20CC00},     /* FMLA (vector) */
    {FMLA, 0xBF80F400, 0x0F801000},     /* FMLA (by element) */
};

static uint64_t instructions, of_kind[KINDS];

static void on_translation(plugin_id id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &instructions, count);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint32_t word;
        memcpy(&word, qemu_plugin_insn_data(insn), sizeof word);
        for (size_t p = 0; p < sizeof PATTERNS / sizeof *PATTERNS; p++)
            if ((word & PATTERNS[p].mask) == PATTERNS[p].word)
                qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64,
                                                           &of_kind[PATTERNS[p].kind], 1);
    }
}

static void on_syscall(plugin_id id, unsigned int cpu, int64_t number, uint64_t argument,
                       uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6,
                       uint64_t a7, uint64_t a8)
{
    char line[160];
    (void)id, (void)cpu, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6, (void)a7, (void)a8;
    if (number != MARK)
        return;
    snprintf(line, sizeof line, "mark %llu %llu %llu %llu %llu %llu\n",
             (unsigned long long)argument, (unsigned long long)instructions,
             (unsigned long long)of_kind[SDOT], (unsigned long long)of_kind[SMMLA],
             (unsigned long long)of_kind[WIDENING], (unsigned long long)of_kind[FMLA]);
    qemu_plugin_outs(line);
}

__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id,
                                                               const struct qemu_info *info,
                                                               int argc, char **argv)
{
    (void)info, (void)argc, (void)argv;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_vcpu_syscall_cb(id, on_syscall);
    return 0;
}
