/* SPDX-License-Identifier: Apache-2.0 */
/* The controller's FIFOs are words wide. In front of a frame, and in the same
 * words, stand two bytes of length: exactly the two bytes of ETH_PAD_SIZE in
 * front of the frame in a pbuf, so that words are copied as they are. */
#include "ethernet.h"

#include <string.h>

#include <lwip/etharp.h>
#include <lwip/pbuf.h>

#include "board.h"

/* LM3S6965 data sheet, chapter 15. */
#define MAC 0x40048000
#define STATUS REG(MAC + 0x000)
#define STATUS_RX_BAD 0x18u /* FIFO overrun, error in a frame */
#define RX_CONTROL REG(MAC + 0x008)
#define RX_ON 0x01u
#define RX_MULTICAST 0x02u
#define RX_RESET 0x10u
#define TX_CONTROL REG(MAC + 0x00c)
#define TX_ON_PAD_CRC_DUPLEX 0x17u
#define FIFO REG(MAC + 0x010)
#define ADDRESS_LOW REG(MAC + 0x014)
#define ADDRESS_HIGH REG(MAC + 0x018)
#define TX_THRESHOLD REG(MAC + 0x01c)
#define TX_THRESHOLD_OFF 0x3fu /* send when told, not before */
#define FRAMES REG(MAC + 0x034)
#define TX_GO REG(MAC + 0x038)

#define LENGTH_AND_CRC 6u
#define FRAME_MAX 1514u
#define TX_PATIENCE 100000 /* reads: more than a frame takes at 10 Mbit/s */

_Static_assert(ETH_PAD_SIZE == 2, "the two bytes of length");
_Static_assert(PBUF_POOL_BUFSIZE % 4 == 0, "words do not cross pbufs");

/* --- Receiving ------------------------------------------------------------ */

/* The first word, which has been read, and what follows it. */
static void read_words(struct pbuf *p, uint32_t word)
{
    bool first = true;

    for (; p; p = p->next)
        for (u16_t off = 0; off < p->len; off = (u16_t)(off + 4)) {
            if (!first)
                word = FIFO;
            first = false;
            memcpy((char *)p->payload + off, &word,
                   LWIP_MIN(4u, (size_t)p->len - off));
        }
}

static void skip_words(uint32_t count)
{
    while (count--)
        (void)FIFO;
}

/* What the controller holds after an error cannot be told apart any more. */
static void start_receiver(void)
{
    RX_CONTROL = RX_RESET;
    RX_CONTROL = RX_ON | RX_MULTICAST;
    STATUS = STATUS_RX_BAD;
}

/* NULL when there is no memory: TCP will send it again. */
static struct pbuf *read_frame(void)
{
    uint32_t word = FIFO, len = word & 0xffff, words = (len + 3) / 4;
    struct pbuf *p;

    if (len < LENGTH_AND_CRC + SIZEOF_ETH_HDR - ETH_PAD_SIZE
        || len > LENGTH_AND_CRC + FRAME_MAX) {
        start_receiver();
        return NULL;
    }
    len -= LENGTH_AND_CRC - ETH_PAD_SIZE;
    p = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_POOL);
    if (p) {
        read_words(p, word);
        skip_words(words - (len + 3) / 4);
    } else {
        skip_words(words - 1);
    }
    return p;
}

bool ethernet_poll(struct netif *netif)
{
    struct pbuf *p;

    if (STATUS & STATUS_RX_BAD)
        start_receiver();
    if (!(FRAMES & 0x3f))
        return false;
    p = read_frame();
    if (p && netif->input(p, netif) != ERR_OK)
        pbuf_free(p);
    return true;
}

/* --- Sending -------------------------------------------------------------- */

static bool tx_is_free(void)
{
    for (int i = 0; i < TX_PATIENCE; i++)
        if (!(TX_GO & 1))
            return true;
    return false;
}

/* The bytes of a chain in words. The length does not count the header. */
static void write_words(const struct pbuf *p)
{
    uint32_t word = p->tot_len - SIZEOF_ETH_HDR, at = ETH_PAD_SIZE;
    u16_t off = ETH_PAD_SIZE;

    for (; p; p = p->next, off = 0)
        for (; off < p->len; off++) {
            word |= (uint32_t)((const uint8_t *)p->payload)[off] << 8 * at;
            if (++at == 4) {
                FIFO = word;
                word = at = 0;
            }
        }
    if (at)
        FIFO = word;
}

static err_t send_frame(struct netif *netif, struct pbuf *p)
{
    (void)netif;
    if (!tx_is_free())
        return ERR_IF;
    write_words(p);
    TX_GO = 1;
    return ERR_OK;
}

/* --- Starting ------------------------------------------------------------- */

err_t ethernet_start(struct netif *netif)
{
    uint8_t *a = netif->hwaddr;

    board_mac(a);
    netif->hwaddr_len = ETH_HWADDR_LEN;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->mtu = 1500;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP
                 | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    ADDRESS_LOW = (uint32_t)a[0] | (uint32_t)a[1] << 8 | (uint32_t)a[2] << 16
                | (uint32_t)a[3] << 24;
    ADDRESS_HIGH = (uint32_t)a[4] | (uint32_t)a[5] << 8;
    TX_THRESHOLD = TX_THRESHOLD_OFF;
    TX_CONTROL = TX_ON_PAD_CRC_DUPLEX;
    start_receiver();
    return ERR_OK;
}
