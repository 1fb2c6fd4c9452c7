#include "apps/wordcount/report.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <string_view>

namespace entente::wordcount {

namespace {

using row = std::array<std::string, 3>;

void write_words(std::ostream& out, const word_counts& counts, std::size_t limit) {
  out << std::setw(10) << "count"
      << "  word\n";
  for (auto [word, count] : counts.top(limit))
    out << std::setw(10) << count << "  " << word << '\n';
}

void write_table(std::ostream& out, const std::vector<row>& rows) {
  std::array<std::size_t, 2> widths{};
  for (const auto& x : rows)
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], x[i].size());
  for (const auto& [agent, hostname, tasks] : rows)
    out << std::left << std::setw(static_cast<int>(widths[0])) << agent << "  "
        << std::setw(static_cast<int>(widths[1])) << hostname << "  " << std::right << std::setw(5)
        << tasks << '\n';
}

void write_shares(std::ostream& out, const std::vector<agent_share>& shares) {
  std::vector<row> rows{{"agent", "hostname", "tasks"}};
  for (const auto& x : shares)
    rows.push_back({x.agent.str(), x.hostname, std::to_string(x.tasks)});
  write_table(out, rows);
}

}  // namespace

std::string describe(const progress& x) {
  auto result = std::to_string(x.counted) + " of " + std::to_string(x.total) + " tasks done, " +
                std::to_string(x.running) + " running";
  if (x.reruns > 0)
    result += ", " + std::to_string(x.reruns) + " run again";
  return result;
}

bool progress_pace::due(const progress& x, time_point now) {
  auto text = describe(x);
  auto waits = last_ && now - *last_ < pause_ && x.counted < x.total;
  if (waits || text == shown_)
    return false;
  last_ = now;
  shown_ = std::move(text);
  return true;
}

void write_tsv(std::ostream& out, const word_counts& counts, std::size_t limit) {
  for (auto [word, count] : counts.top(limit))
    out << count << '\t' << word << '\n';
}

void write_report(std::ostream& out, const job& done, std::size_t limit) {
  const auto& counts = done.counts();
  write_words(out, counts, limit);
  out << '\n' << counts.total() << " words, " << counts.distinct() << " of them different\n\n";
  write_shares(out, done.shares());
}

}  // namespace entente::wordcount
