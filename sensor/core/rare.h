/*
 * RARE marks a function that is not on the way that nearly every packet
 * takes. It stays a function of its own: inline it would cost that way the
 * registers that it needs for itself.
 */
#ifndef ASHIATO_SENSOR_CORE_RARE_H
#define ASHIATO_SENSOR_CORE_RARE_H

#define RARE __attribute__((noinline))

#endif
