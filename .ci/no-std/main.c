/* Calls the static library, so that the linker shows it to be whole. */
#include <stdint.h>
#include <stdio.h>

uint32_t annulus_jump_owner(uint64_t digest);
uint32_t annulus_maglev_owner(uint64_t digest);
uint32_t annulus_rendezvous_owner(uint64_t digest);
uint32_t annulus_ring_owner(uint64_t digest);
uint32_t annulus_slots_owner(uint64_t digest);

/* This target's precompiled `alloc` was built for unwinding, and names the function that does it. Without `std` nothing unwinds. Targets
   without an operating system need no such line: their `alloc` is built to abort. */
void rust_eh_personality(void) {}

int main(void) {
    uint32_t (*owners[])(uint64_t) = {annulus_jump_owner, annulus_maglev_owner, annulus_rendezvous_owner, annulus_ring_owner,
                                    annulus_slots_owner};
    for (int i = 0; i < 5; i++) {
        unsigned seen = 0;
        for (uint64_t k = 1; k <= 64; k++) {
            uint32_t owner = owners[i](k * 0x9e3779b97f4a7c15u);
            if (owner > 2) {
                printf("algorithm %d answered %u\n", i, owner);
                return 1;
            }
            seen |= 1u << owner;
        }
        if (seen != 7) {
            printf("algorithm %d left a consumer without keys\n", i);
            return 1;
        }
    }
    return 0;
}
