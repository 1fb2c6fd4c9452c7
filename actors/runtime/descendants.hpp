#pragma once

namespace entente::runtime {

/// Makes this process the one that its descendants fall to when their parents end, so that none of
/// them can leave its family.
/// @returns whether the system does that.
bool adopt_descendants();

/// Kills, by SIGKILL, every process that descends from this one, whatever group, session or
/// environment it has made for itself, and reaps them. Needs adopt_descendants().
///
/// They are stopped first, all of them, and only then killed: what is stopped cannot start another,
/// so that this comes to an end however quickly they multiply, if something limits their number.
/// Reads /proc. @returns whether none is left; false after a bounded number of attempts.
bool kill_descendants();

}  // namespace entente::runtime
