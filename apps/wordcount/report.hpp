#pragma once

#include "apps/wordcount/job.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace entente::wordcount {

/// What people see of a job while it runs, on one line.
std::string describe(const progress& x);

/// Decides when people are shown how far a job is.
class progress_pace {
public:
  explicit progress_pace(std::chrono::milliseconds pause) : pause_{pause} {}

  /// True if something has changed and the last time was long enough ago.
  bool due(const progress& x, time_point now);

private:
  std::chrono::milliseconds pause_;
  std::optional<time_point> last_;
  std::string shown_;
};

/// Writes lines of `count<TAB>word`.
void write_tsv(std::ostream& out, const word_counts& counts, std::size_t limit);

/// Writes the most frequent words and how the tasks were spread over the agents.
void write_report(std::ostream& out, const job& done, std::size_t limit);

}  // namespace entente::wordcount
