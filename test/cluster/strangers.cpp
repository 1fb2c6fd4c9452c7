// What anybody can send to the port of a master: it goes on, and it costs little.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>

#include "tls_fixture.hpp"

using namespace entente::test;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;
/// Sanitizers keep what is freed for a while, and notes beside what is used.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t times_of_sanitizer = 4;
#else
constexpr std::size_t times_of_sanitizer = 1;
#endif

/// A connection to the port that is the end of the address.
class stranger {
public:
  explicit stranger(const std::string& address)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    BOOST_REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  }

  ~stranger() {
    if (socket_ >= 0)
      ::close(socket_);
  }

  stranger(stranger&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  stranger(const stranger&) = delete;
  stranger& operator=(const stranger&) = delete;

  void say(const std::string& bytes) const {
    ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  /// Whether the other end closes the connection, whatever it says before.
  bool is_closed() const {
    std::array<char, 4096> ignored;
    pollfd entry{socket_, POLLIN, 0};
    while (::poll(&entry, 1, std::chrono::milliseconds{limit}.count()) > 0)
      if (::recv(socket_, ignored.data(), ignored.size(), MSG_DONTWAIT) <= 0)
        return true;
    return false;
  }

  /// The id of the actor that listens there, as the other end says it first: a header, itself, the
  /// names of applications, and the id.
  std::string hears_of_actor() const {
    constexpr std::size_t names = 32 + 25;
    std::string said;
    while (said.size() < names + 200) {
      std::array<char, 4096> part;
      auto size = ::recv(socket_, part.data(), part.size(), 0);
      BOOST_REQUIRE(size > 0);
      said.append(part.data(), static_cast<std::size_t>(size));
    }
    BOOST_REQUIRE_EQUAL(said[names], 1);
    return said.substr(names + 2 + static_cast<std::size_t>(said[names + 1]), 8);
  }

private:
  int socket_;
};

/// A header of the actors' protocol: what it is, how long its payload is to be, and the rest.
std::string header(char kind, std::uint32_t bytes, char data = 0, char to = 0) {
  std::string result(32, '\0');
  result[0] = kind;
  for (int i = 0; i < 4; ++i)
    result[static_cast<std::size_t>(4 + i)] = static_cast<char>(bytes >> (24 - 8 * i));
  result[15] = data;
  result[31] = to;
  return result;
}

/// The introduction of a process that there is not.
std::string introduction() {
  std::string node(25, '\0');
  node[0] = 1;
  node[4] = 1;
  node[24] = 'x';
  return header(1, static_cast<std::uint32_t>(node.size())) + node;
}

struct fixture : tls_fixture {
  std::uint64_t seed = std::random_device{}();
  std::mt19937_64 chance{seed};

  fixture() { BOOST_TEST_MESSAGE("seed " << seed); }

  std::string noise(std::size_t size) {
    std::string result(size, '\0');
    for (auto& x : result)
      x = static_cast<char>(chance());
    return result;
  }

  pid_t master_pid() const {
    for (const auto& x : processes())
      if (x.argv.size() > 1 && x.argv[1] == "master")
        return x.pid;
    BOOST_FAIL("the master has ended; seed " << seed);
    return 0;
  }

  std::size_t memory_of_master() const {
    std::ifstream file{"/proc/" + std::to_string(master_pid()) + "/statm"};
    std::size_t all = 0;
    std::size_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  }

  std::size_t descriptors_of_master() const {
    namespace fs = std::filesystem;
    fs::directory_iterator all{"/proc/" + std::to_string(master_pid()) + "/fd"};
    return static_cast<std::size_t>(std::distance(fs::begin(all), fs::end(all)));
  }

  /// That it still does what it is for, and has not grown by more than so much.
  void check_serves(std::size_t memory_before, std::size_t more = 64 * megabyte) const {
    auto end = entente({"agents", "--json"});
    BOOST_CHECK_MESSAGE(end.code == 0, "seed " << seed << ": " << end);
    BOOST_CHECK_LT(memory_of_master(), memory_before + more * times_of_sanitizer);
  }

  void use_tls() {
    env["ENTENTE_CONFIG"] = config_of("node");
    start_master(env["ENTENTE_CONFIG"]);
  }

  void try_noise();
  void try_half_handshake(const std::string& half);
  void try_idle_connections();
};

void fixture::try_noise() {
  auto before = memory_of_master();
  for (int i = 0; i < 300; ++i)
    stranger{master()}.say(noise(1 + chance() % 5000));
  check_serves(before);
}

void fixture::try_half_handshake(const std::string& half) {
  auto before = memory_of_master();
  std::vector<stranger> all;
  for (int i = 0; i < 50; ++i)
    all.emplace_back(master()).say(half);
  check_serves(before);
  for (const auto& x : all)
    BOOST_REQUIRE_MESSAGE(x.is_closed(), "seed " << seed);
}

void fixture::try_idle_connections() {
  constexpr std::size_t many = 10'000;
  rlimit files{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = files.rlim_max;
  BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
  auto wanted = std::min<std::size_t>(many, files.rlim_cur - 200);
  auto before = memory_of_master();
  std::vector<stranger> all;
  for (std::size_t i = 0; i < wanted; ++i)
    all.emplace_back(master());
  check_serves(before, 256 * megabyte);
  BOOST_TEST_MESSAGE(wanted << " idle connections: " << descriptors_of_master()
                            << " descriptors, memory " << before / megabyte << " MB before and "
                            << memory_of_master() / megabyte << " MB now");
  BOOST_CHECK_LT(descriptors_of_master(), 1200U);
  auto agent = start_agent(env["ENTENTE_CONFIG"]);
  wait_for("agents", [](const json& agents) { return agents.size() == 1; });
  BOOST_CHECK(all.front().is_closed());
  BOOST_CHECK(all.back().is_closed());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(strangers, fixture)

BOOST_AUTO_TEST_CASE(noise_does_not_stop_a_master) {
  start_master("");
  try_noise();
}

BOOST_AUTO_TEST_CASE(noise_does_not_stop_a_master_with_tls) {
  use_tls();
  try_noise();
}

BOOST_AUTO_TEST_CASE(a_handshake_of_nothing_does_not_stop_a_master) {
  start_master("");
  auto before = memory_of_master();
  for (const auto& bytes : {header(1, 0), header(0, 0, 4)}) {
    stranger x{master()};
    x.say(bytes);
    BOOST_CHECK(x.is_closed());
  }
  check_serves(before);
}

BOOST_AUTO_TEST_CASE(an_announcement_of_four_gigabytes_costs_nothing) {
  start_master("");
  auto before = memory_of_master();
  for (const auto& prefix : {std::string{}, introduction()}) {
    stranger x{master()};
    x.say(prefix + header(prefix.empty() ? 1 : 2, 0xffffffff, 0, prefix.empty() ? 0 : 9));
    BOOST_CHECK(x.is_closed());
  }
  check_serves(before);
}

BOOST_AUTO_TEST_CASE(a_long_message_costs_only_what_of_it_has_come) {
  start_master("");
  auto before = memory_of_master();
  std::vector<stranger> all;
  for (int i = 0; i < 100; ++i) {
    auto own = introduction();
    own.back() = static_cast<char>(i);
    all.emplace_back(master()).say(own + header(2, 60 * megabyte, 0, 9) + noise(1000));
  }
  check_serves(before);
}

BOOST_AUTO_TEST_CASE(messages_of_nonsense_do_not_stop_a_master) {
  start_master("");
  auto before = memory_of_master();
  for (int i = 0; i < 300; ++i) {
    stranger x{master()};
    x.say(introduction());
    for (int k = 0; k < 10; ++k) {
      auto bytes = noise(1 + chance() % 200);
      if (chance() % 2 == 0)
        bytes.insert(0, 1, '\0');  // no stages, so that its types are looked at
      x.say(header(static_cast<char>(2 + chance() % 5), static_cast<std::uint32_t>(bytes.size()),
                   static_cast<char>(chance() % 3), static_cast<char>(chance())) +
            bytes);
    }
  }
  check_serves(before);
}

BOOST_AUTO_TEST_CASE(nobody_can_end_the_actor_of_a_master) {
  start_master("");
  auto before = memory_of_master();
  auto actor = stranger{master()}.hears_of_actor();
  // Every type of CAF's own, exit_msg and link_atom among them, and an error of every category: it
  // is there, has code 1, belongs to the category, and says nothing more.
  for (int number = 0; number < 200; ++number) {
    auto n = static_cast<char>(number);
    for (const auto& content :
         {n + noise(40), std::string{"\x1b\1\1\0", 4} + n + std::string(1, '\0')}) {
      auto message = std::string{"\0\1\0", 3} + content;
      auto head = header(2, static_cast<std::uint32_t>(message.size()));
      stranger{master()}.say(introduction() + head.replace(24, 8, actor) + message);
    }
  }
  check_serves(before);
}

BOOST_AUTO_TEST_CASE(half_a_handshake_is_not_waited_for) {
  start_master("");
  try_half_handshake(introduction().substr(0, 20));
}

BOOST_AUTO_TEST_CASE(half_a_handshake_of_tls_is_not_waited_for) {
  use_tls();
  // A record of 512 bytes begins with a client's hello, and goes no further.
  try_half_handshake(std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11} + noise(60));
}

BOOST_AUTO_TEST_CASE(ten_thousand_idle_connections_keep_nobody_out) {
  start_master("");
  try_idle_connections();
}

BOOST_AUTO_TEST_CASE(ten_thousand_idle_connections_keep_nobody_out_with_tls) {
  use_tls();
  try_idle_connections();
}

BOOST_AUTO_TEST_CASE(who_was_refused_is_told_to_the_operator) {
  use_tls();
  shell("openssl s_client -connect " + master() + " -cert " + path("ca/expired.pem") + " -key " +
        path("ca/expired.key") + " </dev/null");
  master_program->wait_for_error("certificate has expired");
  shell("openssl s_client -connect " + master() + " </dev/null");
  master_program->wait_for_error("it shows no certificate");
}

BOOST_AUTO_TEST_SUITE_END()
