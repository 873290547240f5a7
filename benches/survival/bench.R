# The tasks of `cargo xtask bench survival` in R; see that command. Arguments: data file, rows.
suppressMessages(library(survival))
arguments <- commandArgs(TRUE); n <- as.integer(arguments[2])
connection <- file(arguments[1], "rb"); values <- readBin(connection, "double", 9 * n); close(connection)
m <- matrix(values, ncol = 9); colnames(m) <- c("days", "continuous", "cause", "group", paste0("x", 1:5)); d <- as.data.frame(m)
d$event <- as.integer(d$cause > 0); d$state <- factor(d$cause, 0:2)
timed <- function(name, f, runs = 3, warm = TRUE) {
  if (warm) f()
  seconds <- replicate(runs, { gc(FALSE); system.time(f())[["elapsed"]] })
  cat(name, median(seconds), "\n")
}
cat("version", paste(R.version.string, "survival", packageVersion("survival")), "\n")
timed("km_ties", function() survfit(Surv(days, event) ~ 1, d))
timed("km_continuous", function() survfit(Surv(continuous, event) ~ 1, d))
timed("logrank_ties", function() survdiff(Surv(days, event) ~ group, d))
timed("cox_ties", function() fit <<- coxph(Surv(days, event) ~ x1 + x2 + x3 + x4 + x5, d))
timed("cox_continuous", function() coxph(Surv(continuous, event) ~ x1 + x2 + x3 + x4 + x5, d))
timed("zph_ties", function() cox.zph(fit))
# Several minutes a run: once, without warming up.
timed("aj_ties", function() survfit(Surv(days, state) ~ 1, d), runs = 1, warm = FALSE)
