/* SPDX-License-Identifier: Apache-2.0 */
#include "startup.h"

#include <string.h>

#define PAINT 0xa5a5a5a5u
#define VTOR (*(volatile uint32_t *)0xe000ed08u)
#define SYST_CSR (*(volatile uint32_t *)0xe000e010u)

int main(void);

/* By the linker script. Only their addresses mean something. */
extern uint32_t _image_begin[], _stack_lo[], _stack_hi[], _data_begin[],
    _data_end[], _data_load[], _bss_begin[], _bss_end[];

/* --- Reset --------------------------------------------------------------- */

static uint32_t address(const void *p)
{
    return (uint32_t)(uintptr_t)p;
}

static uint32_t span(const uint32_t *from, const uint32_t *to)
{
    return address(to) - address(from);
}

void Reset_Handler(void);

/* volatile lest the loop become a memset, whose own stack is painted here. */
void Reset_Handler(void)
{
    uint32_t *sp;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    for (volatile uint32_t *p = _stack_lo; p < sp; p++)
        *p = PAINT;
    memcpy(_data_begin, _data_load, span(_data_begin, _data_end));
    memset(_bss_begin, 0, span(_bss_begin, _bss_end));
    VTOR = address(_image_begin);
    (void)main();
    startup_fault();
}

uint32_t startup_stack_size(void)
{
    return span(_stack_lo, _stack_hi);
}

uint32_t startup_stack_used(void)
{
    const uint32_t *p = _stack_lo;

    while (p < _stack_hi && *p == PAINT)
        p++;
    return span(p, _stack_hi);
}

uint32_t startup_base(void)
{
    return address(_image_begin);
}

void startup_jump(uint32_t base)
{
    const uint32_t *vector = (const uint32_t *)(uintptr_t)base;

    SYST_CSR = 0;
    VTOR = base;
    __asm__ volatile("msr msp, %0\n\t"
                     "dsb\n\t"
                     "isb\n\t"
                     "bx %1" ::"r"(vector[0]),
                     "r"(vector[1])
                     : "memory");
    __builtin_unreachable();
}

/* --- Vectors ------------------------------------------------------------- */

__attribute__((weak)) void startup_fault(void)
{
    for (;;) {
    }
}

static void unhandled(void)
{
    startup_fault();
}

/* Who handles one defines a function of its name. */
#define HANDLER(name)                                                          \
    void name(void);                                                           \
    __attribute__((weak, alias("unhandled"))) void name(void)

HANDLER(NMI_Handler);
HANDLER(HardFault_Handler);
HANDLER(MemManage_Handler);
HANDLER(BusFault_Handler);
HANDLER(UsageFault_Handler);
HANDLER(SVC_Handler);
HANDLER(DebugMon_Handler);
HANDLER(PendSV_Handler);
HANDLER(SysTick_Handler);

struct vectors {
    uint32_t *stack;
    void (*handler[15])(void);
};

extern const struct vectors vectors;

/* The microcontroller's own interrupts follow here; this example polls. */
__attribute__((section(".vectors"), used)) const struct vectors vectors = {
    _stack_hi,
    {Reset_Handler, NMI_Handler, HardFault_Handler, MemManage_Handler,
     BusFault_Handler, UsageFault_Handler, NULL, NULL, NULL, NULL, SVC_Handler,
     DebugMon_Handler, NULL, PendSV_Handler, SysTick_Handler}};
