# Reports on all files of a folder, in two processes: Rscript render.R FOLDER CHROMIUM
# Each is knitted once, to HTML; Chromium prints that as the PDF, which takes less time than
# knitting again for LaTeX.

arguments <- commandArgs(trailingOnly = TRUE)
folder <- normalizePath(arguments[[1]])
chromium <- arguments[[2]]
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
template <- normalizePath(file.path(dirname(script), "report.Rmd"))
suppressPackageStartupMessages({
  library(rmarkdown)
  library(parallel)
})

report <- function(file) {
  name <- tools::file_path_sans_ext(basename(file))
  place <- file.path(folder, "reports", name)
  dir.create(place, recursive = TRUE)
  html <- file.path(place, "report.html")
  render(
    template, output_file = html, intermediates_dir = file.path(place, "work"),
    knit_root_dir = place, params = list(title = name, file = file),
    envir = new.env(), quiet = TRUE
  )
  unlink(file.path(place, "work"), recursive = TRUE)
  status <- system2(chromium, c(
    "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
    shQuote(paste0("--user-data-dir=", file.path(place, "browser"))),
    shQuote(paste0("--print-to-pdf=", file.path(place, "report.pdf"))), shQuote(html)
  ), stdout = FALSE, stderr = FALSE)
  unlink(file.path(place, "browser"), recursive = TRUE)
  if (status != 0) stop("Chromium made no PDF of ", html)
  TRUE
}

files <- list.files(folder, pattern = "[.]csv$", full.names = TRUE)
done <- mclapply(files, report, mc.cores = 2, mc.preschedule = FALSE)
failed <- Filter(function(one) !isTRUE(one), done)
if (length(failed)) stop(as.character(failed[[1]]))
