/* SPDX-License-Identifier: Apache-2.0 */
/* From reset to main, for the bootloader and for the application: the vector
 * table, .data, .bss and the stack, which is painted so that its deepest use
 * can be told. */
#ifndef STARTUP_H
#define STARTUP_H

#include <stdint.h>

/* Bytes of stack that have ever been used, and that there are. Below the stack
 * there is no RAM: running over it is a fault, not a wrong variable. */
uint32_t startup_stack_used(void);
uint32_t startup_stack_size(void);

/* Where this program was linked to begin: its slot. */
uint32_t startup_base(void);

/* Any fault, any interrupt that nobody handles, and main returning. The
 * default waits for ever, so that a watchdog restarts the board. */
void startup_fault(void);

/* To the program whose vector table lies at base. Interrupts are disabled and
 * SysTick is off when it begins, as after a reset. */
_Noreturn void startup_jump(uint32_t base);

#endif
