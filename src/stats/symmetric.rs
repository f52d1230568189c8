//! Symmetric matrices of moderate size: eigenvalues, and solutions where the matrix is positive definite.
//!
//! Invariant: a [`Symmetric`] is square and finite; nothing here divides by a pivot that is not positive. Sources:
//! Householder's reduction and the implicit QL method with Wilkinson's shift, after Golub & Van Loan, *Matrix
//! Computations* (4th ed.), 8.3 and Bowdler, Martin, Reinsch & Wilkinson, Numer. Math. 11 (1968); Cholesky's
//! factorisation, ibid. 4.2. Own code, because a linear algebra crate would be the largest dependency of the house
//! for two hundred lines of it.

/// Two entries that mirror each other may differ by this share of the greatest entry.
const MIRROR_TOLERANCE: f64 = 1e-6;
/// Sweeps of QL spent on one eigenvalue; about two are usual.
const MOST_SWEEPS: usize = 64;

/// A symmetric matrix, finite in every entry; n × n, and n may be 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Symmetric {
    n: usize,
    cells: Vec<f64>,
}

impl Symmetric {
    /// Reads the rows of a matrix; `None` if it is ragged, not finite, or plainly not symmetric. Entries that mirror
    /// each other up to rounding are averaged.
    pub fn from_rows(rows: &[Vec<f64>]) -> Option<Self> {
        let n = rows.len();
        let whole = rows.iter().all(|row| row.len() == n && row.iter().all(|value| value.is_finite()));
        if !whole {
            return None;
        }
        let greatest = rows.iter().flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
        let mirrored = (0..n).all(|i| (0..i).all(|j| (rows[i][j] - rows[j][i]).abs() <= MIRROR_TOLERANCE * greatest));
        mirrored.then(|| Self::from_fn(n, |i, j| 0.5 * rows[i][j] + 0.5 * rows[j][i])).flatten()
    }

    /// The matrix whose lower triangle `entry(row, column)` gives; `None` if an entry is not finite.
    pub fn from_fn(n: usize, entry: impl Fn(usize, usize) -> f64) -> Option<Self> {
        let mut made = Self { n, cells: vec![0.0; n * n] };
        for i in 0..n {
            for j in 0..=i {
                let value = entry(i, j);
                if !value.is_finite() {
                    return None;
                }
                made.cells[i * n + j] = value;
                made.cells[j * n + i] = value;
            }
        }
        Some(made)
    }

    /// Rows, and as many columns.
    pub fn size(&self) -> usize {
        self.n
    }

    /// The entry in this row and column; both must be below [`Symmetric::size`].
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.n + j]
    }

    /// The matrix of these rows and columns, in this order. Places beyond the size are left out.
    pub fn part(&self, places: &[usize]) -> Self {
        let kept: Vec<usize> = places.iter().copied().filter(|place| *place < self.n).collect();
        let cells = kept.iter().flat_map(|i| kept.iter().map(|j| self.at(*i, *j))).collect();
        Self { n: kept.len(), cells }
    }

    /// All eigenvalues, greatest first, each to rounding error of the greatest one.
    pub fn eigenvalues(&self) -> Vec<f64> {
        let (mut diagonal, mut beside) = self.tridiagonal();
        implicit_ql(&mut diagonal, &mut beside);
        diagonal.sort_by(|a, b| b.total_cmp(a));
        diagonal
    }

    /// Diagonal and subdiagonal of a tridiagonal matrix with the same eigenvalues.
    fn tridiagonal(&self) -> (Vec<f64>, Vec<f64>) {
        let n = self.n;
        let mut a = self.cells.clone();
        let mut beside = vec![0.0; n];
        for k in 0..n.saturating_sub(1) {
            let length = (k + 1..n).fold(0.0_f64, |length, i| length.hypot(a[i * n + k]));
            let first = a[(k + 1) * n + k];
            if length == 0.0 {
                continue;
            }
            let alpha = if first > 0.0 { -length } else { length };
            beside[k] = alpha;
            let mut v: Vec<f64> = (k + 1..n).map(|i| a[i * n + k]).collect();
            if let Some(lead) = v.first_mut() {
                *lead -= alpha;
            }
            let squared: f64 = v.iter().map(|x| x * x).sum();
            if squared == 0.0 {
                continue;
            }
            reflect(&mut a, n, k + 1, &v, 2.0 / squared);
        }
        ((0..n).map(|i| a[i * n + i]).collect(), beside)
    }

    /// The factor L with L·Lᵀ = A; `None` unless A is positive definite.
    pub fn cholesky(&self) -> Option<Cholesky> {
        let n = self.n;
        let mut l = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let (row, other) = (&l[i * n..i * n + j], &l[j * n..j * n + j]);
                let rest = self.at(i, j) - row.iter().zip(other).map(|(x, y)| x * y).sum::<f64>();
                if i == j {
                    if rest <= 0.0 {
                        return None;
                    }
                    l[i * n + i] = rest.sqrt();
                } else {
                    l[i * n + j] = rest / l[j * n + j];
                }
            }
        }
        Some(Cholesky { n, l })
    }
}

/// A ← H·A·H in the rows and columns from `from` on, with H = I − β·v·vᵀ.
fn reflect(a: &mut [f64], n: usize, from: usize, v: &[f64], beta: f64) {
    let mut p: Vec<f64> = (from..n).map(|i| beta * a[i * n + from..(i + 1) * n].iter().zip(v).map(|(entry, x)| entry * x).sum::<f64>()).collect();
    let half = 0.5 * beta * p.iter().zip(v).map(|(x, y)| x * y).sum::<f64>();
    for (x, y) in p.iter_mut().zip(v) {
        *x -= half * y;
    }
    for (i, row) in (from..n).zip(0..) {
        for (j, column) in (from..n).zip(0..) {
            a[i * n + j] -= v[row] * p[column] + p[row] * v[column];
        }
    }
}

/// Leaves the eigenvalues in `d`; `e[i]` couples `d[i]` and `d[i + 1]`.
fn implicit_ql(d: &mut [f64], e: &mut [f64]) {
    let n = d.len();
    let greatest = d.iter().chain(e.iter()).fold(0.0_f64, |most, value| most.max(value.abs()));
    let negligible = f64::EPSILON * greatest;
    for l in 0..n {
        for _ in 0..MOST_SWEEPS {
            let m = (l..n.saturating_sub(1)).find(|m| e[*m].abs() <= negligible).unwrap_or(n - 1);
            if m == l {
                break;
            }
            sweep(d, e, l, m);
        }
    }
}

/// One implicit QL sweep over the unreduced block from `l` to `m`.
fn sweep(d: &mut [f64], e: &mut [f64], l: usize, m: usize) {
    let mut g = (d[l + 1] - d[l]) / (2.0 * e[l]);
    let mut r = g.hypot(1.0);
    g = d[m] - d[l] + e[l] / (g + r.copysign(g));
    let (mut sine, mut cosine, mut p) = (1.0, 1.0, 0.0);
    for i in (l..m).rev() {
        let (f, b) = (sine * e[i], cosine * e[i]);
        r = f.hypot(g);
        e[i + 1] = r;
        if r == 0.0 {
            d[i + 1] -= p;
            e[m] = 0.0;
            return;
        }
        sine = f / r;
        cosine = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * sine + 2.0 * cosine * b;
        p = sine * r;
        d[i + 1] = g + p;
        g = cosine * r - b;
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0.0;
}

/// A positive definite matrix, factored as L·Lᵀ.
#[derive(Debug, Clone, PartialEq)]
pub struct Cholesky {
    n: usize,
    l: Vec<f64>,
}

impl Cholesky {
    /// x with A·x = b. `b` has one entry per row.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        self.solve_upper(self.solve_lower(b))
    }

    /// x with L·x = b.
    pub fn solve_lower(&self, b: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = Vec::with_capacity(self.n);
        for (i, value) in b.iter().take(self.n).enumerate() {
            let known: f64 = self.l[i * self.n..i * self.n + i].iter().zip(&x).map(|(entry, y)| entry * y).sum();
            x.push((value - known) / self.l[i * self.n + i]);
        }
        x
    }

    /// x with Lᵀ·x = b: turns independent standard normals into a draw with covariance A⁻¹.
    pub fn solve_upper(&self, mut b: Vec<f64>) -> Vec<f64> {
        for i in (0..self.n.min(b.len())).rev() {
            b[i] /= self.l[i * self.n + i];
            let solved = b[i];
            for (value, entry) in b.iter_mut().zip(&self.l[i * self.n..i * self.n + i]) {
                *value -= entry * solved;
            }
        }
        b
    }

    /// A⁻¹.
    pub fn inverse(&self) -> Symmetric {
        let n = self.n;
        let mut cells = vec![0.0; n * n];
        let mut unit = vec![0.0; n];
        for j in 0..n {
            unit[j] = 1.0;
            for (i, value) in self.solve(&unit).into_iter().enumerate() {
                cells[i * n + j] = value;
            }
            unit[j] = 0.0;
        }
        Symmetric { n, cells }
    }

    /// ln det A.
    pub fn log_determinant(&self) -> f64 {
        (0..self.n).map(|i| 2.0 * self.l[i * self.n + i].ln()).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}, not {expected:?}");
    }

    #[test]
    fn eigenvalues_of_matrices_one_can_solve_by_hand() {
        let of = |rows: &[Vec<f64>]| Symmetric::from_rows(rows).unwrap().eigenvalues();
        close(&of(&[]), &[]);
        close(&of(&[vec![-3.0]]), &[-3.0]);
        close(&of(&[vec![2.0, 1.0], vec![1.0, 2.0]]), &[3.0, 1.0]);
        close(&of(&[vec![0.0; 3], vec![0.0; 3], vec![0.0; 3]]), &[0.0; 3]);
        close(&of(&vec![vec![1.0; 6]; 6]), &[6.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        let root = 2.0_f64.sqrt();
        close(&of(&[vec![2.0, -1.0, 0.0], vec![-1.0, 2.0, -1.0], vec![0.0, -1.0, 2.0]]), &[2.0 + root, 2.0, 2.0 - root]);
    }

    #[test]
    fn what_is_no_symmetric_matrix_is_refused() {
        assert_eq!(Symmetric::from_rows(&[vec![1.0, 2.0]]), None);
        assert_eq!(Symmetric::from_rows(&[vec![1.0, 2.0], vec![2.0]]), None);
        assert_eq!(Symmetric::from_rows(&[vec![f64::NAN]]), None);
        assert_eq!(Symmetric::from_rows(&[vec![1.0, 0.5], vec![0.4, 1.0]]), None);
        assert!(Symmetric::from_rows(&[vec![1.0, 2.0], vec![2.0, 1.0]]).unwrap().cholesky().is_none());
    }

    /// B·Bᵀ + I is positive definite, whatever B.
    fn definite() -> impl Strategy<Value = Symmetric> {
        (1usize..14).prop_flat_map(|n| prop::collection::vec(-3.0..3.0f64, n * n).prop_map(move |b| (n, b))).prop_map(|(n, b)| {
            let product = |i: usize, j: usize| (0..n).map(|k| b[i * n + k] * b[j * n + k]).sum::<f64>();
            Symmetric::from_fn(n, |i, j| product(i, j) + f64::from(u8::from(i == j))).unwrap()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn eigenvalues_keep_trace_squares_and_determinant(matrix in definite()) {
            let values = matrix.eigenvalues();
            let n = matrix.size();
            let trace: f64 = (0..n).map(|i| matrix.at(i, i)).sum();
            let squares: f64 = (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| matrix.at(i, j).powi(2)).sum();
            let determinant: f64 = values.iter().map(|value| value.ln()).sum();
            prop_assert!((values.iter().sum::<f64>() - trace).abs() < 1e-9 * trace);
            prop_assert!((values.iter().map(|value| value * value).sum::<f64>() - squares).abs() < 1e-9 * squares);
            prop_assert!((matrix.cholesky().unwrap().log_determinant() - determinant).abs() < 1e-8 * (1.0 + determinant.abs()));
            prop_assert!(values.windows(2).all(|pair| pair[0] >= pair[1]));
        }

        #[test]
        fn the_inverse_undoes(matrix in definite()) {
            let (n, inverse) = (matrix.size(), matrix.cholesky().unwrap().inverse());
            for i in 0..n {
                for j in 0..n {
                    let product: f64 = (0..n).map(|k| matrix.at(i, k) * inverse.at(k, j)).sum();
                    prop_assert!((product - f64::from(u8::from(i == j))).abs() < 1e-8, "{product} at {i}, {j}");
                }
            }
        }
    }
}
