// Many clients at once want gangs, and there is room for two of those: the history of what ran when
// is written down by the tasks themselves, and checked.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <set>
#include <sstream>

#include "support.hpp"

using namespace entente::test;

namespace {

constexpr int clients_at_once = 50;
constexpr std::size_t gang_size = 4;
constexpr std::size_t gangs_that_fit = 2;

/// What the tasks have written down: `start GANG RANK` and `end GANG RANK`, in the order in which
/// it happened. A gang is what one client runs.
class history {
public:
  /// Reads it, and checks that never more gangs were at work than fit.
  explicit history(const std::string& text) {
    std::istringstream in{text};
    std::string what;
    for (int gang = 0, rank = 0; in >> what >> gang >> rank;)
      take(what, gang, rank);
    BOOST_CHECK(in.eof());
    BOOST_CHECK_MESSAGE(working_.empty(), working_.size() << " gangs have not ended");
  }

  /// Whether each rank of the gang has started and ended, once.
  bool ran_as_a_whole(int gang) const {
    const auto& x = ranks_.at(gang);
    return x.started.size() == gang_size && x.ended == gang_size && x.repeated == 0;
  }

  bool ran(int gang) const { return ranks_.contains(gang); }
  std::size_t gangs() const { return ranks_.size(); }

private:
  struct ranks {
    std::set<int> started;
    std::set<int> working;
    std::size_t ended = 0;
    std::size_t repeated = 0;
  };

  void take(const std::string& what, int gang, int rank) {
    auto& x = ranks_[gang];
    if (what == "start") {
      if (!x.started.insert(rank).second)
        ++x.repeated;
      x.working.insert(rank);
      working_.insert(gang);
      BOOST_CHECK_MESSAGE(working_.size() <= gangs_that_fit,
                          working_.size() << " gangs at once, with gang " << gang);
    } else {
      ++x.ended;
      x.working.erase(rank);
      if (x.working.empty() && (x.ended == gang_size || x.started.size() < gang_size))
        working_.erase(gang);
    }
  }

  std::map<int, ranks> ranks_;
  std::set<int> working_;  ///< gangs with ranks that have started, and not ended
};

/// Room for eight slots of one cpu.
struct crowd_of_clients : cluster {
  crowd_of_clients() : cluster({"--agents", "4", "--cpus", "2", "--mem", "2GB"}) {}

  /// What each rank does: it writes down its start, waits until its whole gang is there, does
  /// `work`, and writes down its end, also if it is told to end.
  std::string script(const std::string& work) const {
    auto trace = path("trace");
    auto mark = path("gang.$GANG");
    return "trap 'echo end $GANG $ENTENTE_RANK >> " + trace + "' EXIT; trap 'exit 1' TERM; " +
           "echo start $GANG $ENTENTE_RANK >> " + trace + "; touch " + mark + ".$ENTENTE_RANK; " +
           "until test -e " + mark + ".0 -a -e " + mark + ".1 -a -e " + mark + ".2 -a -e " + mark +
           ".3; do sleep 0.01; done; " + work;
  }

  program start_gang(int number, const std::string& work = "true") const {
    return start_shell(script(work), {"-n", "4", "--env", "GANG=" + std::to_string(number),
                                      "--failover-timeout", "100ms"});
  }

  /// A client that its own task kills when its gang runs, without a chance to clean up.
  program start_gang_that_kills_its_client(int number) const {
    auto work = "test $ENTENTE_RANK = 2 && kill -9 $CLIENT; while :; do sleep 0.02; done";
    auto file = write("script." + std::to_string(number), script(work));
    return start_in_shell(
      "exec entente run -n 4 --failover-timeout 100ms --env CLIENT=$$ --env GANG=" +
      std::to_string(number) + " -- sh " + file);
  }

  /// Whether all that was taken is free again, and nothing waits or runs.
  void check_nothing_is_left() const {
    wait_for("status", [](const json& x) {
      return x.at("frameworks") == 0 && x.at("tasks_active") == 0 && x.at("claims_waiting") == 0 &&
             x.at("grants") == 0 && x.at("allocated").at("cpus") == 0;
    });
    for (const auto& x : listing("agents"))
      BOOST_CHECK_EQUAL(x.at("free"), x.at("total"));
    BOOST_CHECK(becomes_empty());
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(crowd, crowd_of_clients)

BOOST_AUTO_TEST_CASE(fifty_gangs_all_run_as_a_whole_and_never_more_than_fit) {
  std::vector<program> clients;
  for (int i = 0; i < clients_at_once; ++i)
    clients.push_back(start_gang(i));
  for (auto& x : clients)
    BOOST_CHECK_EQUAL(x.wait().code, 0);
  history seen{read("trace")};
  BOOST_CHECK_EQUAL(seen.gangs(), clients_at_once);
  for (int i = 0; i < clients_at_once; ++i)
    BOOST_CHECK_MESSAGE(seen.ran_as_a_whole(i), "gang " << i);
  check_nothing_is_left();
}

BOOST_AUTO_TEST_CASE(clients_that_are_killed_leave_the_others_their_turn) {
  std::vector<program> clients;
  auto dies_early = [](int i) { return i % 10 == 3; };
  auto dies_in_the_middle = [](int i) { return i % 10 == 7; };
  for (int i = 0; i < clients_at_once; ++i)
    clients.push_back(dies_in_the_middle(i) ? start_gang_that_kills_its_client(i) : start_gang(i));
  // Wherever those are by now: on their way to the master, waiting, or done.
  wait_for("claims", [](const json& xs) { return xs.size() >= clients_at_once / 2; });
  for (int i = 0; i < clients_at_once; ++i)
    if (dies_early(i))
      clients[static_cast<std::size_t>(i)].signal(SIGKILL);
  for (int i = 0; i < clients_at_once; ++i) {
    auto code = clients[static_cast<std::size_t>(i)].wait().code;
    if (dies_in_the_middle(i))
      BOOST_CHECK_EQUAL(code, 128 + SIGKILL);
    else if (!dies_early(i))
      BOOST_CHECK_EQUAL(code, 0);
  }
  check_nothing_is_left();
  history seen{read("trace")};
  for (int i = 0; i < clients_at_once; ++i)
    BOOST_CHECK_MESSAGE(dies_early(i) || seen.ran_as_a_whole(i), "gang " << i);
}

BOOST_AUTO_TEST_SUITE_END()
