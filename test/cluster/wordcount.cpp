#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <set>
#include <sstream>

#include "support.hpp"

using namespace entente::test;

namespace {

struct three_agents : cluster {
  three_agents() : cluster({"--agents", "3", "--cpus", "2", "--mem", "1GB"}) {
    licences = lines_of(shell("ls -d /usr/share/common-licenses/*"));
  }

  static strings lines_of(const std::string& text) {
    strings result;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
      result.push_back(line);
    return result;
  }

  /// The counts as the tools of every machine give them.
  std::string counts_of(const strings& files) const {
    std::string script = "export LC_ALL=C; for f in";
    for (const auto& x : files)
      script += ' ' + x;
    return shell(script + "; do tr -cs A-Za-z '\\n' < $f; echo; done | tr A-Z a-z | grep . | sort |"
                          " uniq -c | sort -k1,1nr -k2,2 | awk '{print $1 \"\\t\" $2}'");
  }

  program count(strings files) const {
    files.insert(files.begin(), "--tsv");
    return start("wordcount", files);
  }

  /// Not their supervisors, which have their commands as arguments.
  std::vector<pid_t> map_processes() const {
    std::vector<pid_t> result;
    for (const auto& x : processes())
      if (x.argv.front().ends_with("wordcount") &&
          std::ranges::find(x.argv, "--map") != x.argv.end())
        result.push_back(x.pid);
    return result;
  }

  /// Stops one, so that the job cannot end.
  bool stop_a_map_process(const program& job) const {
    while (!job.process().ends(std::chrono::milliseconds{0}))
      for (auto pid : map_processes())
        if (watched{pid}.signal(SIGSTOP))
          return true;
    return false;
  }

  strings licences;
};

std::size_t ended_by_SIGKILL(const json& tasks) {
  return std::ranges::count_if(
    tasks, [](const json& x) { return x.at("state") == "FAILED" && x.at("signal") == SIGKILL; });
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(wordcount, three_agents)

BOOST_AUTO_TEST_CASE(counts_equal_those_of_tr_sort_and_uniq_and_all_agents_take_part) {
  auto x = count(licences).wait();
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK_GT(x.out.size(), 10'000);
  BOOST_CHECK(x.out == counts_of(licences));
  std::set<std::string> agents;
  for (const auto& task : listing("tasks"))
    agents.insert(task.at("agent").get<std::string>());
  BOOST_CHECK_EQUAL(agents.size(), 3);
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(the_report_names_the_most_frequent_word_and_the_agents) {
  auto x = start("wordcount", licences).wait();
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK(mentions(x.out, "the\n"));
  for (const auto& agent : listing("agents"))
    BOOST_CHECK(mentions(x.out, agent.at("id").get<std::string>()));
}

BOOST_AUTO_TEST_CASE(map_tasks_that_are_killed_are_run_again_and_the_counts_are_right) {
  auto text = path("text");
  shell("for i in $(seq 60); do cat /usr/share/common-licenses/*; done > " + text);
  auto job = count({text});
  std::set<pid_t> killed;
  while (killed.size() < 3 && !job.process().ends(std::chrono::milliseconds{0}))
    for (auto pid : map_processes())
      if (killed.size() < 3 && killed.insert(pid).second)
        watched{pid}.signal(SIGKILL);
  auto x = job.wait();
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK(x.out == counts_of({text}));
  BOOST_CHECK_GE(ended_by_SIGKILL(listing("tasks")), 1);
}

BOOST_AUTO_TEST_CASE(a_job_that_is_interrupted_leaves_no_task) {
  auto text = path("text");
  shell("for i in $(seq 60); do cat /usr/share/common-licenses/*; done > " + text);
  auto job = count({text});
  BOOST_REQUIRE(stop_a_map_process(job));
  job.signal(SIGINT);
  BOOST_CHECK_EQUAL(job.wait().code, 130);
  wait_for("frameworks", [](const json& xs) { return xs.empty(); });
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_SUITE_END()
