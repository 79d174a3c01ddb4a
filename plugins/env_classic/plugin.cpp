#include "cartpole.h"
#include "pendulum.h"

WEFT_PLUGIN("env_classic", "1.0.0", "MIT", weft::component_type<weft::classic::PendulumEnvironment>("env.pendulum"),
            weft::component_type<weft::classic::CartpoleEnvironment>("env.cartpole"))
