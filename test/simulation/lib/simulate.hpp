#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace entente::simulation {

/// The program `simulate`:
///
///     simulate SEED [--trace]                        replays a seed, writes every step if it is to
///     simulate --seeds N [--from S] [--jobs J] [--all]   tries seeds, with so many processes
///     ... --no-shrink                                without looking for the shortest plan
///
/// Stops at the first seed that fails, unless `--all`, and prints what was violated, the shortest
/// plan that fails, and the command that replays it.
///
/// @returns what the program exits with: 0 fine, 1 a seed fails, 64 wrong usage
int simulate(const std::vector<std::string>& arguments, std::ostream& out);

}  // namespace entente::simulation
